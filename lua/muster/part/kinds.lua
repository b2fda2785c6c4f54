-- kinds.lua - the loaders of the known kinds, what a kind is made of, and whom a table of claims cites.
local core = require "muster.core"
local registry = require "muster.base.registry"
local paragraphs = require "muster.base.wrap"
local kinds = require "muster.base.kinds"

local define = registry.define

local helps = {
  deployments = "Claims about troops planned, sent, present and returned, each with its figure.",
  casualties = "Claims about losses, each with its figure.",
  captures = "Claims about counts of prisoners, each with its figure.",
  capture_events = "What happened to each prisoner, by number, and where they are said to want to go.",
  sources = "Who makes claims and who carries them.",
  context = "Incentive and policy figures, and dated events around the claims.",
  legal_norms = "Norms that open or bar a prisoner's ways.",
  codebook = "The vocabularies that belong to one data set.",
}

local about_loading = " A path to a CSV file, a list or a pattern of them, or a table. Every row keeps the schema (muster.kind '%s' shows it): a faulty "
  .. "row is an error, or goes to t:rejects() with `rejects = true`."
local about_sources = " `sources` is a path, a table, or false for unchecked keys; without it the sources.csv beside the file."
local about_claims = " `codebook` likewise. `rounding` is the most that 'about' may move a number, as a share of it (0.1)."
-- The schemas could tell, but reading them all would make every start of the program half as long again; a test compares.
local has_sources = { deployments = true, casualties = true, captures = true, capture_events = true, context = true }
local is_claims = { deployments = true, casualties = true, captures = true }

local arguments = "path: string|string[]|Table, options?: {sources?: string|Table|boolean, codebook?: string|Table|boolean, "
  .. "rounding?: number, rejects?: boolean, lenient?: boolean, sep?: string, quote?: string, skip?: integer, "
  .. "comment?: string, decimal?: string, missing?: string[], encoding?: string, max_ratio?: number, file?: string, "
  .. "threads?: integer, replay?: string|Table, timeless?: boolean}"

-- A loader that is a module too: muster.captures(path) and muster.captures.rate(...). The module loads when asked for.
local function callable_module(name, load)
  local function contents()
    return require("muster." .. name)
  end
  return registry.describe(setmetatable({}, {
    __call = function(_, ...)
      return load(...)
    end,
    __index = function(_, key)
      return contents()[key]
    end,
    __pairs = function()
      return next, contents()
    end,
    __name = "muster." .. name,
  }), registry.by_name["muster." .. name])
end

-- == a kind as text =====================================================================================

local page = 100

local function wrap(text, indent)
  return paragraphs.paragraph(text, page, "", (" "):rep(indent))
end

local function range_text(c)
  local low, high = c.min and core.number(c.min), c.max and core.number(c.max)
  return low and high and ("Between %s and %s."):format(low, high) or low and ("At least %s."):format(low)
    or high and ("At most %s."):format(high) or nil
end

local function column_text(c)
  local parts = { c.help }
  parts[#parts + 1] = range_text(c)
  if c.unit then
    parts[#parts + 1] = ("Unit: %s."):format(c.unit)
  end
  if c.values then
    parts[#parts + 1] = ("Allowed%s: %s."):format(c.separator and (", with %s between several"):format(c.separator) or "",
      table.concat(c.values, ", "))
  elseif c.key_of then
    parts[#parts + 1] = ("A key of %s."):format(c.key_of)
  elseif c.vocabulary then
    parts[#parts + 1] = "Allowed: what codebook.csv lists."
  end
  return table.concat(parts, " ")
end

local function when_text(when)
  return when and (" when %s is %s"):format(when.column, table.concat(when.values, " or ")) or ""
end

local rule_texts = {
  order = function(r) return table.concat(r.columns, " <= ") end,
  together = function(r) return table.concat(r.columns, " and ") .. " are both given or both empty" end,
  filled = function(r) return table.concat(r.columns, " and ") .. " must not be empty" end,
  only = function(r) return r.columns[1] .. " is " .. table.concat(r.values, " or ") end,
  month_end = function(r) return table.concat(r.columns, " and ") .. " is the last day of a month" end,
  shape = function(r)
    local shapes = {}
    for i, s in ipairs(r.shapes) do
      shapes[i] = ("%s %s"):format(s.value, s.shape)
    end
    return ("%s by %s: %s (a letter is a number, the same letter the same number, - is empty); all empty"):format(
      table.concat(r.columns, ", "), r.by, table.concat(shapes, ", "))
  end,
}

local function kind_text(kind)
  local lines, width, type_width = { kind.name .. ": " .. kind.help, "" }, 0, 0
  for _, c in ipairs(kind.columns) do
    width, type_width = math.max(width, #c.name), math.max(type_width, #c.type)
  end
  local format = ("  %%-%ds  %%-%ds  %%-8s  %%s"):format(width, type_width)
  for _, c in ipairs(kind.columns) do
    local need = c.need == "value" and "required" or c.need == "column" and "column" or c.type == "quantity" and "made" or ""
    lines[#lines + 1] = format:format(c.name, c.type, need, wrap(column_text(c), width + type_width + 16))
  end
  lines[#lines + 1] = #kind.rules > 0 and "\nrules" or nil
  for _, r in ipairs(kind.rules) do
    lines[#lines + 1] = "  " .. wrap(rule_texts[r.verb](r) .. when_text(r.when), 2)
  end
  return table.concat(lines, "\n")
end

-- == citations ==========================================================================================

-- Who is cited in column `name`, and how often: counts by source, and the sources in order of first appearance.
local function count_column(t, name, counts, order)
  local values = t:column(name):values()
  for i = 1, values.n do
    local id = values[i]
    if id ~= nil and not counts[id] then
      counts[id] = { origin = 0, via = 0 }
      order[#order + 1] = id
    end
    if id ~= nil then
      counts[id][name] = counts[id][name] + 1
    end
  end
end

local function has_column(t, wanted)
  for _, name in ipairs(t:names()) do
    if name == wanted then
      return true
    end
  end
  return false
end

-- source_id -> row of the sources table
local function sources_by_id(t)
  local by_id = {}
  local sources = (core.extras(t) or {}).sources
  if sources then
    for _, row in sources:rows() do
      by_id[row.source_id] = row
    end
  end
  return by_id
end

return function(muster)
  for _, name in ipairs(kinds.names) do
    muster[name] = define {
      name = "muster." .. name, args = arguments, returns = "Table",
      help = helps[name] .. about_loading:format(name) .. (has_sources[name] and about_sources or "")
        .. (is_claims[name] and about_claims or ""),
      example = ("return #muster.%s 'datasets/dprk/%s.csv'"):format(name, name),
      fn = function(path, options)
        return kinds.load(name, path, options)
      end,
    }
  end
  muster.captures = callable_module("captures", muster.captures)

  muster.kinds = define {
    name = "muster.kinds", args = "", returns = "Table",
    help = "The kinds of data set that muster knows, a row each.",
    example = "return muster.kinds()",
    fn = function()
      local rows = {}
      for i, name in ipairs(kinds.names) do
        rows[i] = { kind = name, help = kinds.find(name).help }
      end
      return muster.table(rows, { "kind", "help" })
    end,
  }

  muster.kind = define {
    name = "muster.kind", args = "name: string", returns = "table",
    help = "What a kind, or a schema file, asks of a table: print it to read its columns and rules, or look into "
      .. "name, help, columns and rules. muster.load(path, { schema = name }) reads a file under it.",
    example = "return tostring(muster.kind 'casualties')",
    fn = function(name)
      local kind = kinds.find(name)
      return setmetatable({ name = kind.kind, help = kind.help, columns = kind.columns, rules = kind.rules },
        { __tostring = kind_text, __name = "kind" })
    end,
  }

  define {
    name = "Table:kind", args = "", returns = "string?",
    help = "The kind that the table was read as, or nil for a plain one.",
    example = "return muster.casualties('datasets/dprk/casualties.csv'):kind()",
    fn = function(t)
      return (core.extras(t) or {}).kind
    end,
  }

  define {
    name = "Table:sources", args = "", returns = "Table",
    help = "Whom the rows of a table of claims cite, in order of first appearance: source_id, name, kind, country, "
      .. "reliability, and in how many rows it is the origin and the carrier (via).",
    example = "return muster.casualties('datasets/dprk/casualties.csv'):head(5):sources()",
    fn = function(t)
      if not (has_column(t, "origin") and has_column(t, "via")) then
        registry.fail("this table cites nobody: it has no columns 'origin' and 'via'")
      end
      local counts, order, by_id = {}, {}, sources_by_id(t)
      count_column(t, "origin", counts, order)
      count_column(t, "via", counts, order)
      local rows = {}
      for i, id in ipairs(order) do
        local source = by_id[id] or {}
        rows[i] = {
          source_id = id, name = source.name, kind = source.kind, country = source.country,
          reliability = source.reliability, as_origin = counts[id].origin, as_via = counts[id].via,
        }
      end
      return muster.table(rows, { "source_id", "name", "kind", "country", "reliability", "as_origin", "as_via" })
    end,
  }
end
