-- cats.lua - the list of functions as a LuaCATS file, from which editors complete and check scripts (make types).
local kinds = require "muster.base.kinds"
local registry = require "muster.base.registry"

local cats = {}

-- What the list of functions does not say: the fields and operators that C gives the classes.
local classes = {
  { "Table", "Rows of named columns. #t is rows, t[i] row i from 1, in which a missing value is an absent key.",
    "field [integer] table<string, any>", "operator len: integer" },
  { "Grouped", "What group_by gives: a table and the columns by which its rows are grouped." },
  { "Scan", "A recipe over files that are read in parts." },
  { "Column", "The values of a column: #c is how many, c[i] one of them, nil where it is missing.",
    "field [integer] any", "operator len: integer" },
  { "Date", "A day. A difference of two is days.",
    "field year integer", "field month integer", "field day integer", "field days integer since 1970-01-01",
    "operator add(integer): Date", "operator sub(Date): integer", "operator sub(integer): Date" },
  { "Datetime", "A point in time, UTC. A difference of two is microseconds.",
    "field micros integer since 1970-01-01T00:00Z", "operator sub(Datetime): integer" },
  { "Quantity", "A figure as it was claimed. Arithmetic gives bounds; < is an error where they leave it open.",
    "field low number", "field high number math.huge where no upper bound was claimed",
    "field stated? number as printed", "field kind string exact, about, at_least, more_than, up_to, as_many_as, nearly, less_than, range, verbal or computed",
    "operator add(Quantity|number): Quantity", "operator sub(Quantity|number): Quantity", "operator mul(Quantity|number): Quantity",
    "operator div(Quantity|number): Quantity", "operator unm: Quantity", "field measure? string", "field basis? string", "field base? string what a share is a share of",
    "field unit? string nil: persons, or not said", "field since? Date the first day covered", "field as_of? Date the day described" },
  { "Plot", "A plot. Each method gives a new one." },
  { "Audit", "What muster.audit found.",
    "field claims Table", "field conflicts table[]", "field all table[]", "field left_out Table", "field repairs integer[]",
    "field repairs_exact boolean" },
  { "Draws", "Draws of a sampler, chain after chain.",
    "field chains integer", "field iterations integer of each chain", "field notes string[]" },
  { "Model", "A model as text, parsed." },
  { "Matrix", "Columns of a table as a matrix for a model.", "field names string[]", "field rows integer", "field intercept boolean" },
  { "Fit", "Draws of a model's parameters: of the posterior, the prior, or a normal approximation.", "field kind string",
    "field chains integer", "field draws integer", "field seed integer", "field divergences integer", "field interrupted boolean" },
  { "Optimum", "The top of a posterior density.", "field values table", "field log_density number", "field converged boolean",
    "field status string", "field same integer", "field interrupted boolean" },
  { "Calibration", "Ranks of the truth in simulated worlds.", "field worlds integer", "field uniform boolean", "field quantities table",
    "field interrupted boolean" },
  { "Loo", "What a model predicts for the rows that it did not see.",
    "field method string loo or waic", "field elpd number", "field se? number", "field p number effective parameters", "field p_se? number",
    "field ic number -2 elpd", "field ic_se? number", "field draws integer", "field threshold number largest k that is fine", "field bad string[]" },
  { "Dataset", "A folder of data; each file of a known kind is a field, read when it is first asked for.",
    "field name string", "field path string", "field readme? string" },
}
for _, name in ipairs(kinds.names) do
  table.insert(classes[#classes], ("field %s Table"):format(name))
end
cats.classes = classes

-- The pieces of `text` between commas that stand outside of brackets and quotes.
local function pieces(text)
  local list, depth, from, quoted = {}, 0, 1, false
  for at = 1, #text do
    local c = text:sub(at, at)
    if c == '"' then
      quoted = not quoted
    elseif quoted then
      goto next_character
    elseif c:find "[{(<]" then
      depth = depth + 1
    elseif c:find "[})>]" then
      depth = depth - 1
    elseif c == "," and depth == 0 then
      list[#list + 1] = text:sub(from, at - 1):match "^%s*(.-)%s*$"
      from = at + 1
    end
    ::next_character::
  end
  list[#list + 1] = text:sub(from):match "^%s*(.-)%s*$"
  return text:find "%S" and list or {}
end

-- "a: string, b?: {c: integer, d: string}" -> { { name = "a", type = "string" }, ... }
local function parameters(args)
  local list = {}
  for _, piece in ipairs(pieces(args)) do
    local name, optional, kind = piece:match "^([%w_.]+)(%??)%s*:%s*(.-)$"
    if not name then
      error(("cannot read the argument '%s'"):format(piece))
    end
    list[#list + 1] = { name = name, optional = optional, type = kind }
  end
  return list
end

local function comment(out, text)
  for line in (text .. "\n"):gmatch "(.-)\n" do
    out[#out + 1] = "---" .. line
  end
end

local function help_lines(out, record)
  comment(out, record.help)
  comment(out, "```lua\n" .. record.example .. "\n```")
end

local function function_lines(out, record)
  help_lines(out, record)
  local names = {}
  for _, p in ipairs(parameters(record.args)) do
    out[#out + 1] = ("---@param %s%s %s"):format(p.name, p.optional, p.type)
    names[#names + 1] = p.name
  end
  for _, kind in ipairs(pieces(record.returns)) do
    out[#out + 1] = "---@return " .. kind
  end
  out[#out + 1] = ("function %s(%s) end"):format(record.name, table.concat(names, ", "))
  out[#out + 1] = ""
end

-- A function that is a module too: a class that can be called, so that its fields have a place.
local function callable_lines(out, record)
  local params = {}
  for i, p in ipairs(parameters(record.args)) do
    params[i] = ("%s%s: %s"):format(p.name, p.optional, p.type)
  end
  help_lines(out, record)
  out[#out + 1] = "---@class " .. record.name
  out[#out + 1] = ("---@overload fun(%s)%s"):format(table.concat(params, ", "), record.returns ~= "" and ": " .. record.returns or "")
  out[#out + 1] = record.name .. " = {}"
  out[#out + 1] = ""
end

local function class_lines(out)
  for _, class in ipairs(classes) do
    comment(out, class[2])
    out[#out + 1] = "---@class " .. class[1]
    for k = 3, #class do
      out[#out + 1] = "---@" .. class[k]
    end
    out[#out + 1] = ("local %s = {}"):format(class[1])
    out[#out + 1] = ""
  end
end

-- All records, sorted by name.
local function records()
  registry.everything()
  local list = table.move(registry.list, 1, #registry.list, 1, {})
  table.sort(list, function(a, b) return a.name < b.name end)
  return list
end

-- The whole file.
function cats.text()
  local all = records()
  local out = {
    "---@meta",
    "-- Made from muster's list of functions (make types): change nothing here. docs/manual/scripts.md says how an editor finds it.",
    "",
    "---@class muster",
    "---@field version string",
    "muster = {}",
    "",
  }
  class_lines(out)
  local modules = {}
  for _, record in ipairs(all) do
    local module = record.name:match "^(muster%.[%w_.]+)%.[%w_]+$"
    if module and not modules[module] then
      modules[module] = true
      if registry.by_name[module] then
        callable_lines(out, registry.by_name[module])
      else
        out[#out + 1] = "---@class " .. module
        out[#out + 1] = module .. " = {}"
        out[#out + 1] = ""
      end
    end
  end
  for _, record in ipairs(all) do
    if record.fn and not modules[record.name] then
      function_lines(out, record)
    end
  end
  return (table.concat(out, "\n"):gsub("\n+$", "") .. "\n")
end

return cats
