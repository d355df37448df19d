-- Drives the language server from a real Neovim, with the plugin as users have it.
-- usage: nvim --clean --headless --cmd 'set rtp^=PLUGIN' -l server.lua VAULT
-- VAULT is a demo vault with the note `notes/tea.md` that tests/tests/neovim.rs adds; what is left on disk is looked at
-- there.

local vault = vim.fn.fnamemodify(arg[1], ':p'):gsub('/$', '')
local patience = 30000
local n_failed = 0

local function check(ok, what)
  print((ok and 'ok   ' or 'FAIL ') .. what)
  if not ok then
    n_failed = n_failed + 1
  end
  return ok
end

local function wait(what, is_so)
  return check(vim.wait(patience, is_so, 20), what)
end

local function open(path)
  vim.cmd.edit(vim.fn.fnameescape(vault .. '/' .. path))
  return vim.api.nvim_get_current_buf()
end

-- `-l` skips what an ordinary start does.
vim.cmd('filetype plugin on')
vim.cmd.runtime('plugin/ties.lua')

local tea = open('notes/tea.md')
local function client()
  return vim.lsp.get_clients({ bufnr = tea, name = 'ties' })[1]
end
if not wait('the server attaches without setup', function()
  return client() and client().initialized
end) then
  os.exit(1)
end
check(client().root_dir == vault, 'the root is where ties.toml lies')
check(client().offset_encoding == 'utf-8', 'columns are counted as Neovim likes it best')

local function codes(buffer)
  local codes = vim.tbl_map(function(item)
    return item.code
  end, vim.diagnostic.get(buffer))
  table.sort(codes)
  return table.concat(codes, ' ')
end
wait('diagnostics', function()
  return codes(tea) == 'unresolved-link'
end)
local found = vim.diagnostic.get(tea)[1]
check(found and found.lnum == 1 and found.col == 4, 'the diagnostic is on the link, past an emoji')

local function params(line, column)
  vim.api.nvim_win_set_cursor(0, { line, column })
  return vim.lsp.util.make_position_params(0, client().offset_encoding)
end
local function request(method, parameters)
  local answers, problem = vim.lsp.buf_request_sync(0, method, parameters, patience)
  for _, answer in pairs(answers or {}) do
    if answer.err then
      print('     ' .. method .. ': ' .. answer.err.message)
    end
    return answer.result
  end
  print('     ' .. method .. ': ' .. tostring(problem))
end

-- Hover and definition on `[[Zoë Müller]]` in line 1.
local hover = request('textDocument/hover', params(1, 14))
check(hover and hover.contents.value:find('Head of the test basin', 1, true), 'hover shows the contact')
local definition = request('textDocument/definition', params(1, 14))
check(definition and #definition == 1, 'definition finds one place')
vim.lsp.buf.definition()
wait('definition opens the note', function()
  return vim.api.nvim_buf_get_name(0):match('zoe%-mueller%.md$') ~= nil
end)
vim.cmd.buffer(tea)

-- Completion, through Neovim's own menu.
vim.api.nvim_buf_set_lines(tea, 2, -1, false, { 'See [[ada' })
local list = request('textDocument/completion', params(3, 9))
local labels = vim.tbl_map(function(item)
  return item.label
end, list and list.items or {})
check(vim.tbl_contains(labels, 'Ada Okafor'), 'completion offers the contact: ' .. table.concat(labels, ', '))
vim.lsp.completion.enable(true, client().id, tea)
vim.api.nvim_buf_set_lines(tea, 2, -1, false, {})
vim.cmd('silent write')

-- In front matter: keys that are not there yet, and values of a key.
local claire = open('people/claire-dubois.md')
local function labels_at(line, column)
  local list = request('textDocument/completion', params(line, column))
  return vim.tbl_map(function(item)
    return item.label
  end, list and (list.items or list) or {})
end
vim.api.nvim_buf_set_lines(claire, 1, 1, false, { 'hou', 'circle: ', 'knows: [ada' })
check(vim.tbl_contains(labels_at(2, 3), 'household'), 'completion offers keys')
check(vim.tbl_contains(labels_at(3, 8), 'inner'), 'completion offers circles')
check(vim.tbl_contains(labels_at(4, 11), 'Ada Okafor'), 'completion offers people in a list')
vim.api.nvim_buf_set_lines(claire, 1, 4, false, {})
vim.cmd('silent write')

-- What is shown beside the text, asked for as Neovim's own features do.
local ada_note = open('people/ada-okafor.md')
local document = { textDocument = { uri = vim.uri_from_bufnr(ada_note) } }
local whole = { start = { line = 0, character = 0 }, ['end'] = { line = vim.api.nvim_buf_line_count(ada_note), character = 0 } }
local lenses = request('textDocument/codeLens', document)
local lens = lenses and lenses[1] and request('codeLens/resolve', lenses[1])
check(lens and lens.command.title:find('last contact', 1, true), 'a lens tells of the last contact')
local hints = request('textDocument/inlayHint', vim.tbl_extend('error', document, { range = whole }))
check(hints and #hints > 0, 'hints')
local tokens = request('textDocument/semanticTokens/full', document)
check(tokens and #tokens.data > 0 and #tokens.data % 5 == 0, 'semantic tokens')
local folds = request('textDocument/foldingRange', document)
check(folds and folds[1].startLine == 0, 'the front matter folds')
local symbols = request('textDocument/documentSymbol', document)
check(symbols and #symbols > 0, 'the outline')
local marked = request('textDocument/documentHighlight', params(vim.fn.search('\\[\\['), vim.fn.col('.') + 1))
check(marked and #marked > 0, 'highlights')
vim.lsp.inlay_hint.enable(true, { bufnr = ada_note })
vim.lsp.codelens.refresh({ bufnr = ada_note })
wait('Neovim shows the hints', function()
  return #vim.lsp.inlay_hint.get({ bufnr = ada_note }) > 0
end)
wait('Neovim shows the lenses', function()
  return #vim.lsp.codelens.get(ada_note) > 0
end)
local prepared = request('textDocument/prepareCallHierarchy', params(1, 1))
check(prepared and prepared[1].name == 'Ada Okafor', 'a contact is prepared for its introductions')
local made = prepared and request('callHierarchy/outgoingCalls', { item = prepared[1] })
check(made ~= nil, 'introductions')

-- An action is worked out when it is chosen.
local actions = request('textDocument/codeAction', vim.tbl_extend('error', document, {
  range = { start = whole.start, ['end'] = whole.start },
  context = { diagnostics = {} },
}))
check(actions and #actions > 0, 'actions: ' .. #(actions or {}))
local lazy = vim.tbl_filter(function(action)
  return not action.edit and not action.command
end, actions or {})[1]
check(lazy and request('codeAction/resolve', lazy).edit ~= nil, 'an action is resolved')
vim.cmd.buffer(tea)

-- Rename through a link: the note's name, its file and every link.
vim.api.nvim_win_set_cursor(0, { 1, 14 })
vim.lsp.buf.rename('Zoë Schmidt')
wait('rename moves the file', function()
  return vim.uv.fs_stat(vault .. '/people/zoe-schmidt.md') and not vim.uv.fs_stat(vault .. '/people/zoe-mueller.md')
end)
wait('rename changes the link', function()
  return vim.api.nvim_buf_get_lines(tea, 0, 1, false)[1]:find('[[Zoë Schmidt]]', 1, true) ~= nil
end)
vim.cmd('silent wall')
wait('the renamed note is known under its new name', function()
  local symbols = request('workspace/symbol', { query = 'zoe schmidt' })
  return symbols and #symbols > 0 and symbols[1].location.uri:match('zoe%-schmidt%.md$') ~= nil
end)
check(codes(tea) == 'unresolved-link', 'no link was broken')

-- Log the entry under the cursor.
local ada = open('people/ada-okafor.md')
local function is_unlogged()
  return codes(ada):find('unlogged-interaction', 1, true) ~= nil
end
wait('the entry is not logged', is_unlogged)
check(vim.fn.search('^- 2026-11-21 call') > 0, 'the entry is there')
vim.lsp.buf.code_action({
  apply = true,
  filter = function(action)
    local command = type(action.command) == 'table' and action.command or action
    return command.command == 'ties.log'
  end,
})
wait('the entry is logged', function()
  return not is_unlogged()
end)

-- A change from outside is heard, though Neovim does not watch files on Linux.
vim.cmd.buffer(tea)
vim.fn.writefile({ '---', 'name: Nobody', '---' }, vault .. '/people/nobody.md')
wait('a note made elsewhere mends the link', function()
  return codes(tea) == ''
end)

local clients = vim.lsp.get_clients({ name = 'ties' })
check(#clients == 1, 'one server serves all notes')
clients[1]:stop()
wait('the server stops', function()
  return #vim.lsp.get_clients({ name = 'ties' }) == 0
end)

print(n_failed == 0 and 'all passed' or (n_failed .. ' failed'))
os.exit(n_failed == 0 and 0 or 1)
