-- muster convert: a CSV or Arrow file as CSV, JSON, JSON Lines or Arrow.
local core = require "muster.core"
local guess = require "muster.base.guess"
local muster = require "muster.init"
local usage = require "muster.base.usage"

local convert = {}

convert.usage = [[
usage: muster convert [options] --to FORMAT IN OUT

Write the table in the CSV or Arrow file IN to OUT; - is standard input or output. A fault in the
data is an error, and OUT is then left as it was.

options:
  --to csv|json|jsonl|arrow|arrows
                        what to write: CSV, an array of objects, an object a line, an Arrow IPC
                        file, or an Arrow stream
  --strings             for CSV, and not to Arrow: no types and no names: the rows as the grammar reads them, the header
                        first, every field a string
  --lenient             take stray quotes as data
  --sep C               the separator of IN: one character, \t or tab; without it it is guessed,
                        with --strings it is the comma
  --encoding NAME       of IN when it is not UTF-8: utf-16, latin1, cp1252, cp1251, koi8-u, koi8-r,
                        euc-kr, cp949
  --max-ratio N         read a compressed file that inflates up to N times (200)
  --threads N           use at most N threads
  -h, --help            this text
]]

function convert.run(options, operands)
  local from, to = operands[1], operands[2]
  local reading, wrong = guess.reading(options)
  if not reading then
    return usage.wrong("convert", "%s", wrong)
  end
  if options.strings then
    if options.to:find "^arrow" then
      return usage.wrong("convert", "--strings has no types, which Arrow needs")
    end
    core.convert_strings(from, to, options.to, reading)
  else
    core.write(muster.load(from, reading), to, options.to, options.threads)
  end
  return 0
end

return convert
