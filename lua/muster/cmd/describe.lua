-- muster describe: what is in a file, a line for each column.
local core = require "muster.core"
local guess = require "muster.base.guess"
local spark = require "muster.base.spark"
local usage = require "muster.base.usage"

local describe = {}

describe.usage = [[
usage: muster describe [options] FILE

Rows and columns of a CSV file: types, missing values, ranges, the most frequent texts, and the
distribution of numbers and dates as one line of marks. - is standard input. The kind of the
file is that of --kind, else that of its name (casualties*.csv), else it is a plain table.

options:
  --kind K     deployments, casualties, captures, capture_events, sources, context,
               legal_norms, codebook, or a schema file that ends in .lua
  --lenient    take stray quotes as data
  --sep C      the separator: one character, \t or tab
  -h, --help   this text
]]

local BINS = 20

-- Control bytes shown, so that data cannot drive the terminal.
local function clean(text)
  return (text:gsub("%c", function(c)
    return ("\\x%02x"):format(c:byte())
  end))
end

-- Cut to `width` characters, at a character's end.
local function cut(text, width)
  local n = utf8.len(text)
  if not n then
    return #text > width and text:sub(1, width - 3) .. "..." or text
  end
  return n > width and text:sub(1, utf8.offset(text, width - 2) - 1) .. "..." or text
end

-- The values that are there, in the order of rows.
local function present(column)
  local values, list = column:values(), {}
  for i = 1, values.n do
    if values[i] ~= nil then
      list[#list + 1] = values[i]
    end
  end
  return list
end

local function histogram(numbers, whole)
  local low, high = numbers[1], numbers[1]
  for _, v in ipairs(numbers) do
    low, high = math.min(low, v), math.max(high, v)
  end
  local bins = whole and math.min(BINS, math.abs(high / 1 - low / 1) + 1) or BINS
  return spark.marks(spark.count(numbers, low, high, math.floor(bins)), spark.utf8())
end

-- == a column in words, by type =========================================================================

-- `note` goes before the marks, which may be cut off on a narrow terminal.
local function ranges(values, text, number, whole, note)
  table.sort(values, function(a, b) return a < b end)
  local first, last = text(values[1]), text(values[#values])
  if first == last then
    return ("all %s%s"):format(first, note or "")
  end
  local numbers = {}
  for i, v in ipairs(values) do
    numbers[i] = number(v)
  end
  return ("%s to %s, median %s%s  %s"):format(first, last, text(values[(#values + 1) // 2]), note or "", histogram(numbers, whole))
end

-- A float as an overview wants it: six digits, unless the exact number is no longer than that.
local function six_digits(v)
  local exact = core.number(v)
  return #exact <= 8 and exact or ("%.6g"):format(v)
end

local by_type = {}

function by_type.int64(values)
  return ranges(values, core.number, function(v) return v end, true)
end

function by_type.float64(values)
  local finite = {}
  for _, v in ipairs(values) do
    if v == v and v ~= math.huge and v ~= -math.huge then
      finite[#finite + 1] = v
    end
  end
  local odd = #values - #finite
  local note = odd > 0 and (", %d nan or infinite"):format(odd) or ""
  return #finite > 0 and ranges(finite, six_digits, function(v) return v end, false, note) or "no finite number" .. note
end

-- Dates and instants: numbers are what their difference to the first is.
local function times(whole)
  return function(values)
    local origin = values[1]
    return ranges(values, tostring, function(v) return v - origin end, whole)
  end
end
by_type.date, by_type.datetime = times(true), times(false)

function by_type.bool(values)
  local yes = 0
  for _, v in ipairs(values) do
    yes = yes + (v and 1 or 0)
  end
  return ("%d true, %d false"):format(yes, #values - yes)
end

-- The values by how often they occur, then by their bytes.
local function frequencies(values)
  local counts, list = {}, {}
  for _, v in ipairs(values) do
    if not counts[v] then
      list[#list + 1] = v
    end
    counts[v] = (counts[v] or 0) + 1
  end
  table.sort(list, function(a, b)
    if counts[a] ~= counts[b] then
      return counts[a] > counts[b]
    end
    return a < b
  end)
  return list, counts
end

function by_type.string(values)
  local list, counts = frequencies(values)
  if #list == #values then
    return ("%d distinct, as %s"):format(#list, cut(clean(list[1]), 40))
  end
  local parts = {}
  for i = 1, math.min(#list, 8) do
    parts[i] = ("%s %d"):format(cut(clean(list[i]), 40), counts[list[i]])
  end
  return ("%d distinct: %s%s"):format(#list, table.concat(parts, ", "), #list > 8 and ", ..." or "")
end

-- Claims stay claims: how many of each kind, and the ones with the lowest and highest figure.
function by_type.quantity(values)
  local kinds, first, last = {}, nil, nil
  for i, q in ipairs(values) do
    kinds[i] = q.kind
    if q.stated then
      first = (not first or q.stated < first.stated) and q or first
      last = (not last or q.stated > last.stated) and q or last
    end
  end
  local list, counts = frequencies(kinds)
  for i, kind in ipairs(list) do
    list[i] = ("%s %d"):format(kind, counts[kind])
  end
  local span = first and ('from "%s" to "%s"; '):format(tostring(first), tostring(last)) or ""
  return span .. table.concat(list, ", ")
end

-- == the page ===========================================================================================

local function width_of(text)
  return utf8.len(text) or #text
end

local function pad(text, width, right)
  local blanks = (" "):rep(width - width_of(text))
  return right and blanks .. text or text .. blanks
end

local function print_lines(rows, width)
  local columns = { 0, 0, 0 }
  for _, row in ipairs(rows) do
    for k = 1, 3 do
      columns[k] = math.max(columns[k], width_of(row[k]))
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
  local kind = guess.kind_of(path, options)
  local t = guess.load(path, kind, { lenient = options.lenient, sep = options.sep })
  local names = t:names()
  io.write(("%s: %s, %d row%s, %d column%s\n\n"):format(path == "-" and "standard input" or clean(path),
    kind or "a plain table", #t, #t == 1 and "" or "s", #names, #names == 1 and "" or "s"))
  local rows = { { "column", "type", "missing", "values" } }
  for i, name in ipairs(names) do
    local column = t:column(name)
    local values = present(column)
    rows[i + 1] = { cut(clean(name), 24), column:type(), ("%d"):format(column:missing()),
      #values == 0 and "no value" or by_type[column:type()](values) }
  end
  print_lines(rows, core.print_width())
  return 0
end

return describe
