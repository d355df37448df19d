-- `:checkhealth ties`

local M = {}

function M.check()
  vim.health.start('ties')
  if vim.fn.has('nvim-0.11') == 0 then
    vim.health.error('Neovim is older than 0.11', 'Install Neovim 0.11 or later')
    return
  end
  local config = vim.lsp.config.ties
  if not config then
    vim.health.error('the configuration `lsp/ties.lua` is not found', 'Put `editors/nvim` on the runtime path')
    return
  end
  local program = config.cmd[1]
  if vim.fn.executable(program) == 0 then
    vim.health.error(
      ('`%s` is not found on PATH'):format(program),
      "Install ties, or name it: vim.lsp.config('ties', { cmd = { '/path/to/ties', 'lsp' } })"
    )
    return
  end
  local version = vim.trim(vim.fn.system({ program, '--version' }))
  vim.health.ok(('%s, at %s'):format(version, vim.fn.exepath(program)))
  local clients = vim.lsp.get_clients({ name = 'ties' })
  for _, client in ipairs(clients) do
    vim.health.ok(('serves %s'):format(client.root_dir or 'single files'))
  end
  if #clients == 0 then
    vim.health.info('no note is open, so no server runs')
  end
end

return M
