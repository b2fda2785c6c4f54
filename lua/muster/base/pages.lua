-- pages.lua - the page of the manual that lists operators and functions of expressions, with what their examples give (make pages).
--
-- Whatever is in the page comes from the list that the parser uses, and every value in it is computed when the page is made, so
-- neither can be out of date while the test passes that compares the page with what this file gives.
local core = require "muster.core"
local muster = require "muster.init"
local verbs = require "muster.base.verbs"

local pages = {}

-- The examples of aggregates and windows are over this table.
local function sample()
  local day = muster.date
  return muster.table({
    { origin = "a", as_of = day "2025-01-01", killed = 100, weight = 1 },
    { origin = "a", as_of = day "2025-01-08", killed = 300, weight = 2 },
    { origin = "a", as_of = day "2025-01-15", weight = 1 },
    { origin = "a", as_of = day "2025-01-22", killed = 350, weight = 3 },
    { origin = "b", as_of = day "2025-01-05", killed = 80, weight = 1 },
    { origin = "b", as_of = day "2025-01-19", killed = 80, weight = 1 },
  }, { "origin", "as_of", "killed", "weight" })
end

local function code(text)
  return "`" .. text:gsub("|", "\\|") .. "`"
end

local function value_text(v)
  if type(v) == "string" then
    return "'" .. v .. "'"
  elseif v == nil then
    return "missing"
  end
  -- ten digits: the last bits of a sine are the C library's
  return math.type(v) == "float" and ("%.10g"):format(v) or tostring(v)
end

-- What the example of `op` gives: one value, or for windows one for each row of the sample.
local function result(op, t)
  local text = "value = " .. op.example
  if op.class == "aggregate" then
    return value_text(t:agg(text):column("value")[1])
  elseif op.class == "window" then
    local values, column = {}, t:derive(text):column "value"
    for i = 1, #column do
      values[i] = column[i] == nil and "-" or value_text(column[i])
    end
    return table.concat(values, ", ")
  end
  return value_text(muster.table({ { n = 1 } }):derive(text):column("value")[1])
end
pages.result = result
pages.sample = sample

local letters = { b = "bool", i = "int64", f = "float64", d = "date", t = "datetime", s = "string", q = "quantity", ["*"] = "any" }

local numbers = { "one", "two", "three" }

-- An overload as the page has it: what it takes, what it gives, and whether all its arguments are of one type.
local function overload_of(text, one_result)
  local args, value = text:match "^(.*):(.)$"
  local names, optional, alike = {}, false, true
  local first = args:match "%a" or ""
  for c in args:gmatch "." do
    if c == "[" or c == "]" then
      optional, alike = c == "[", false
    else
      names[#names + 1] = optional and "[" .. letters[c] .. "]" or letters[c]
      alike = alike and c == first
    end
  end
  return { args = args, names = names, alike = alike and #names > 0 and numbers[#names] ~= nil and first ~= "*",
    value = (value == "*" or value == first and alike and not one_result) and "the same" or letters[value] }
end

-- { "ii:i", "ff:f", "qf:q" } -> "two int64, float64 → the same; quantity, float64 → quantity". Those that take arguments of one type and give
-- the same are one item.
local function types_text(op)
  local list, at, one_result = {}, {}, true
  for _, text in ipairs(op.types) do
    one_result = one_result and text:sub(-1) == op.types[1]:sub(-1)
  end
  for _, text in ipairs(op.types) do
    local o = overload_of(text, one_result)
    -- In the list so that the message can name point(x, policy): there is no mean of figures.
    local refused = op.class == "aggregate" and text:find "^q.*:f$"
    -- An integer beside a float is said above the tables.
    local widened = text:find "^if:" or text:find "^fi:b"
    local key = o.alike and #o.names .. o.value
    if refused or widened then
      goto continue
    elseif key and at[key] then
      table.insert(list[at[key]].names, o.names[1])
    else
      list[#list + 1] = { count = key and #o.names or 1, names = key and { o.names[1] } or o.names, value = o.value }
      at[key or list] = #list
    end
    ::continue::
  end
  for i, o in ipairs(list) do
    list[i] = ("%s%s → %s"):format(o.count > 1 and numbers[o.count] .. " " or "", #o.names > 0 and table.concat(o.names, ", ") or "nothing", o.value)
  end
  return table.concat(list, "; ")
end

local function group_lines(out, ops, t)
  out[#out + 1] = "| | does | takes | example | gives |"
  out[#out + 1] = "|---|---|---|---|---|"
  local help_before, types_before
  for _, op in ipairs(ops) do
    local help, types = op.help:gsub("|", "\\|"), types_text(op)
    -- several in a row that share a sentence have it once
    local again = help == help_before
    out[#out + 1] = ("| %s | %s | %s | %s | %s |"):format(code(verbs.call_text(op)), again and "as above" or help,
      again and types == types_before and "as above" or types, code(op.example), code(result(op, t)))
    help_before, types_before = help, types
  end
  out[#out + 1] = ""
end

local notes = {
  Aggregates = "Examples are over this table; missing values are skipped.",
  Windows = "Examples are over the table under Aggregates; what they give is listed row by row. A window needs `over (groups order columns)`, "
    .. "or the groups of `group_by`. An aggregate with `over` is a window too.",
}

-- docs/manual/functions.md
function pages.functions()
  local t = sample()
  local out = {
    "# Operators and functions",
    "",
    "All of the expression language, from the one list that the parser uses: `muster.functions()` is the same as a table, `muster.help 'date_trunc'` prints one. "
      .. "[Expressions](expressions.md) says how they go together. The page is made by `make pages`.",
    "",
    "An int64 is taken where a float64 is asked, a date where a datetime is. In brackets: may be left out.",
    "",
  }
  local order, groups = {}, {}
  for _, op in ipairs(core.operators()) do
    if not groups[op.group] then
      order[#order + 1], groups[op.group] = op.group, {}
    end
    table.insert(groups[op.group], op)
  end
  for _, group in ipairs(order) do
    out[#out + 1] = "## " .. group
    out[#out + 1] = ""
    if notes[group] then
      out[#out + 1] = notes[group]
      out[#out + 1] = ""
    end
    if group == "Aggregates" then
      for line in t:format():gmatch "[^\n]+" do
        out[#out + 1] = "    " .. line
      end
      out[#out + 1] = ""
    end
    group_lines(out, groups[group], t)
  end
  return (table.concat(out, "\n"):gsub("\n+$", "") .. "\n")
end

return pages
