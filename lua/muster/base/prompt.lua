-- prompt.lua - what the prompt has beyond a script: the global `help`, and a greeting.
local prompt = {}

-- Typed without parentheses, `help` says how to use it instead of showing a function.
local help = setmetatable({}, {
  __call = function(_, ...)
    return require "muster.init".help(...)
  end,
  __tostring = function()
    return "help() lists the functions, help(muster.table) or help 'sort' explains one, help(x) the methods of a value.\n"
      .. "Tab completes names and columns, `_` is the last result, Ctrl-C stops what runs, Ctrl-D ends the session."
  end,
})

function prompt.open(terminal)
  _G.help = help
  if terminal then
    io.stderr:write("muster ", require "muster.core".version, ": claims about deployments, casualties and captures. ",
      "help() lists the functions, Ctrl-D ends.\n")
  end
end

return prompt
