-- How Neovim starts the language server of ties. `vim.lsp.config('ties', {...})` changes any of it.

---@type vim.lsp.Config
return {
  cmd = { 'ties', 'lsp' },
  filetypes = { 'markdown' },
  root_markers = { 'ties.toml', '.git' },
}
