-- Turns the language server on. No setup is needed; `vim.g.ties_enable = false` before this keeps it off.

if vim.g.ties_enable == false or vim.g.loaded_ties then
  return
end
vim.g.loaded_ties = true

if vim.fn.has('nvim-0.11') == 0 then
  vim.notify_once('ties needs Neovim 0.11 or later', vim.log.levels.WARN)
  return
end

vim.lsp.enable('ties')
