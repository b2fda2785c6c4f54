-- muster describe: what is in a file, a line for each column.
local core = require "muster.core"
local guess = require "muster.base.guess"
local spark = require "muster.base.spark"
local usage = require "muster.base.usage"
local wrap = require "muster.base.wrap"

local describe = {}

describe.usage = [[
usage: muster describe [options] FILE

Rows and columns of a CSV or Arrow file: types, missing values, ranges, the most frequent texts,
and the distribution of numbers and dates as one line of marks. - is standard input. The kind of
the file is that of --kind, else that of its name (casualties*.csv), else it is a plain table.

options:
  --kind K          deployments, casualties, captures, capture_events, sources, context,
                    legal_norms, codebook, or a schema file that ends in .lua
  --lenient         take stray quotes as data
  --sep C           the separator: one character, \t or tab; guessed without it
  --encoding NAME   of text that is not UTF-8: utf-16, latin1, cp1252, cp1251, koi8-u, koi8-r,
                    euc-kr, cp949
  --max-ratio N     read a compressed file that inflates up to N times (200)
  --threads N       use at most N threads
  -h, --help        this text
]]

local BINS = 20
local clean, cut = wrap.clean, wrap.cut

-- == a column in words, by type =========================================================================

-- The note on what is not in the histogram goes before the marks, which may be cut off on a narrow terminal.
local function ranges(column, text, whole)
  local span = core.column_span(column, BINS, whole)
  local note = span.odd > 0 and (", %d nan or infinite"):format(span.odd) or ""
  if span.values == 0 then
    return "no finite number" .. note
  end
  local low, high = text(span.low), text(span.high)
  if low == high then
    return ("all %s%s"):format(low, note)
  end
  return ("%s to %s, median %s%s  %s"):format(low, high, text(span.middle), note,
    spark.marks(span.counts, spark.utf8()))
end

-- A float as an overview wants it: six digits, unless the exact number is no longer than that.
local function six_digits(v)
  local exact = core.number(v)
  return #exact <= 8 and exact or ("%.6g"):format(v)
end

local by_type = {}

function by_type.int64(column)
  return ranges(column, core.number, true)
end

function by_type.float64(column)
  return ranges(column, six_digits, false)
end

function by_type.date(column)
  return ranges(column, tostring, true)
end

function by_type.datetime(column)
  return ranges(column, tostring, false)
end

function by_type.bool(column)
  local yes = 0
  for i = 1, #column do
    yes = yes + (column[i] and 1 or 0)
  end
  return ("%d true, %d false"):format(yes, #column - column:missing() - yes)
end

function by_type.string(column)
  local distinct, top = core.column_frequencies(column, 8)
  if distinct == #column - column:missing() then
    return ("%d distinct, as %s"):format(distinct, cut(clean(top[1][1]), 40))
  end
  local parts = {}
  for i, one in ipairs(top) do
    parts[i] = ("%s %d"):format(cut(clean(one[1]), 40), one[2])
  end
  return ("%d distinct: %s%s"):format(distinct, table.concat(parts, ", "), distinct > #top and ", ..." or "")
end

-- Claims stay claims: how many of each kind, and the ones with the lowest and highest figure.
function by_type.quantity(column)
  local counts, kinds, first, last = {}, {}, nil, nil
  for i = 1, #column do
    local q = column[i]
    if q then
      if not counts[q.kind] then
        kinds[#kinds + 1], counts[q.kind] = q.kind, 0
      end
      counts[q.kind] = counts[q.kind] + 1
      if q.stated then
        first = (not first or q.stated < first.stated) and q or first
        last = (not last or q.stated > last.stated) and q or last
      end
    end
  end
  table.sort(kinds, function(a, b)
    return counts[a] > counts[b] or counts[a] == counts[b] and a < b
  end)
  for i, kind in ipairs(kinds) do
    kinds[i] = ("%s %d"):format(kind, counts[kind])
  end
  local span = first and ('from "%s" to "%s"; '):format(tostring(first), tostring(last)) or ""
  return span .. table.concat(kinds, ", ")
end

-- The separator and the quote where they are not those that CSV is named after.
local function dialect_text(dialect)
  local sep = dialect.sep == "\t" and "tab" or ("'%s'"):format(clean(dialect.sep))
  return (dialect.sep ~= "," and ", separator " .. sep or "")
    .. (dialect.quote ~= '"' and (", quote %s"):format(clean(dialect.quote)) or "")
end

-- == the page ===========================================================================================

local function pad(text, width, right)
  local blanks = (" "):rep(width - wrap.letters(text))
  return right and blanks .. text or text .. blanks
end

local function print_lines(rows, width)
  local columns = { 0, 0, 0 }
  for _, row in ipairs(rows) do
    for k = 1, 3 do
      columns[k] = math.max(columns[k], wrap.letters(row[k]))
    end
  end
  for _, row in ipairs(rows) do
    local line = pad(row[1], columns[1]) .. "  " .. pad(row[2], columns[2]) .. "  " .. pad(row[3], columns[3], true)
      .. "  " .. row[4]
    io.write((cut(line, width):gsub("%s+$", "")), "\n")
  end
end

function describe.run(options, operands)
  local path = operands[1]
  if options.kind and not guess.known(options.kind) then
    return usage.wrong("describe", "%s", guess.unknown(options.kind))
  end
  local reading, wrong = guess.reading(options)
  if not reading then
    return usage.wrong("describe", "%s", wrong)
  end
  local kind = guess.kind_of(path, options)
  local t = guess.load(path, kind, reading)
  local names = t:names()
  io.write(("%s: %s, %d row%s, %d column%s%s\n\n"):format(path == "-" and "standard input" or clean(path),
    kind or "a plain table", #t, #t == 1 and "" or "s", #names, #names == 1 and "" or "s",
    core.extras(t).arrow and ", Arrow" or dialect_text(t:dialect())))
  local rows = { { "column", "type", "missing", "values" } }
  for i, name in ipairs(names) do
    local column = t:column(name)
    rows[i + 1] = { cut(clean(name), 24), column:type(), ("%d"):format(column:missing()),
      column:missing() == #column and "no value" or by_type[column:type()](column) }
  end
  print_lines(rows, core.print_width())
  return 0
end

return describe
