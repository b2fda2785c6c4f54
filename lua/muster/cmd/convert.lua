-- muster convert: a CSV file as CSV, JSON or JSON Lines.
local core = require "muster.core"
local muster = require "muster.init"

local convert = {}

convert.usage = [[
usage: muster convert [options] --to FORMAT IN OUT

Write the table in the CSV file IN to OUT; - is standard input or output. A fault in the data is
an error, and OUT is then left as it was.

options:
  --to csv|json|jsonl   what to write: CSV, an array of objects, or an object a line
  --strings             no types and no names: the rows as the grammar reads them, the header
                        first, every field a string
  --lenient             take stray quotes as data
  --sep C               the separator of IN: one character, \t or tab
  --threads N           use at most N threads
  -h, --help            this text
]]

function convert.run(options, operands)
  local from, to = operands[1], operands[2]
  local reading = { sep = options.sep, lenient = options.lenient }
  if options.strings then
    core.convert_strings(from, to, options.to, reading)
  else
    core.write(muster.load(from, reading), to, options.to)
  end
  return 0
end

return convert
