-- audit.lua - which claims cannot all be true, with the arithmetic, and what would have to give way.
--
-- Rows become distinct claims (audit/read.lua), claims are ordered by what is part of what (audit/order.lua), and each rule
-- compares lower bounds with upper bounds (audit/found.lua). No rule knows an origin, a place or a conflict; notes, ids
-- and the compiler's marks on rows are never read.
local muster = require "muster.init"
local core = require "muster.core"
local registry = require "muster.base.registry"
local read = require "muster.audit.read"
local order = require "muster.audit.order"
local found = require "muster.audit.found"
local rank = require "muster.audit.rank"
local repair = require "muster.audit.repair"

local define, fail = registry.define, registry.fail

core.new_class "Audit"

local rules = { "pairs", "sums", "steps", "flows", "shares", "pace", "forecasts", "carriers" }

local defaults = {
  about = 2, exact = 0.05, beyond = 0.5, beyond_share = 0.1, share = 0.1,
  near = 45, near_stock = 7, forecast = 90, below = 0.75, pace = 3,
}

local function settings(options)
  local o = {}
  for name, value in pairs(defaults) do
    o[name] = options and options[name] or value
    if o[name] < 0 then
      fail("muster.audit: option '%s': expected 0 or more, found %s", name, core.number(o[name]))
    end
  end
  o.within, o.initial = options and options.within, options and options.initial
  return o
end

-- What contains what among places and contingents: the data sets' codebooks, and then what the caller says.
local function containment(tables, given)
  local within = { contingent = {}, location = {} }
  local sources = {}
  for i, pair in ipairs(tables) do
    sources[i] = (core.extras(pair[2]) or {}).within or {}
  end
  sources[#sources + 1] = given or {}
  for _, from in ipairs(sources) do
    for column, known in pairs(within) do
      for value, container in pairs(from[column] or {}) do
        known[value] = container
      end
    end
  end
  return within
end

local function run(claims, o, which)
  local out = found.new(claims, o)
  local ordered = order.new(claims, o.within)
  for _, rule in ipairs(which or rules) do
    require("muster.audit." .. rule).run(ordered, out, o)
  end
  return out
end

-- == what a script sees =================================================================================

local claim_columns = { "id", "claim_id", "kind", "origin", "reported", "as_of", "since", "measure", "basis", "contingent",
  "location", "figure", "share", "share_of", "carriers", "credibility" }

local function claims_table(claims)
  local rows = {}
  for i, c in ipairs(claims) do
    local s = c.shares[1]
    rows[i] = {
      id = c.id, claim_id = c.claim_id, kind = c.kind, origin = c.origin, reported = c.reported, as_of = c.as_of, since = c.since,
      measure = c.measure, basis = c.basis, contingent = c.contingent, location = c.location, figure = c.figure,
      share = s and s.nom, share_of = s and s.of, carriers = c.carriers, credibility = c.cred,
    }
  end
  return muster.table(rows, claim_columns)
end

local function left_out_table(left)
  local rows = {}
  for i, one in ipairs(left) do
    local r = one.row
    rows[i] = { kind = one.kind, claim_id = r.claim_id, origin = r.origin, as_of = r.as_of, measure = r.measure, rows = one.rows,
      why = one.why }
  end
  return muster.table(rows, { "kind", "claim_id", "origin", "as_of", "measure", "rows", "why" })
end

-- The words are made when somebody reads them: there may be many more conflicts than readers.
local lazy = {
  sentence = function(one) return one:say() end,
  repair = function(one) return repair.of(one) end,
}
local conflict_meta = {
  __index = function(one, key)
    local make = lazy[key]
    if make then
      local value = make(one)
      rawset(one, key, value)
      return value
    end
  end,
  __name = "conflict",
}

local function cannot_sets(list)
  local sets = {}
  for _, one in ipairs(list) do
    if one.verdict == found.CANNOT and #one.claims > 1 then
      sets[#sets + 1] = one.claims
    end
  end
  return sets
end

-- The claims that are not left out, with their soft readings set to the hard ones: what is found then cannot be true.
local function hardened(claims, gone)
  local rest = {}
  for _, c in ipairs(claims) do
    if not gone[c.id] then
      local shares = {}
      for i, s in ipairs(c.shares) do
        shares[i] = setmetatable({ lo2 = s.lo1, hi2 = s.hi1 }, { __index = s })
      end
      local copy = {}
      for key, value in pairs(c) do
        copy[key] = value
      end
      copy.lo2, copy.hi2, copy.shares, copy.entry = c.lo1, c.hi1, shares, nil
      rest[#rest + 1] = copy
    end
  end
  return rest
end

local function without(claims, gone)
  local rest = {}
  for _, c in ipairs(claims) do
    rest[#rest + 1] = not gone[c.id] and c or nil
  end
  return rest
end

local hard_rules = { "pairs", "sums", "steps", "flows", "shares", "pace" }

-- A rule keeps the worst partners of a claim only, so leaving some claims out may show others: again until nothing is left.
-- At first the whole choice is made anew, and kept where it is cheaper than adding to the one before; when that has been much
-- work, claims are only added, and at the end those go back that turn out not to be needed.
local most_anew, most_work = 8, 600000

local function smallest_repairs(claims, all, o)
  local sets, anew_left, work, reduced = cannot_sets(all), most_anew, 0, false
  local function cost(id) return repair.cost(claims[id]) end
  local function total(list)
    local sum = 0
    for _, id in ipairs(list) do
      sum = sum + cost(id)
    end
    return sum
  end
  local ids, sure = repair.smallest(sets, cost)
  while true do
    local gone = {}
    for _, id in ipairs(ids) do
      gone[id] = true
    end
    local more = cannot_sets(run(hardened(claims, gone), o, hard_rules).list)
    if #more == 0 then          -- the soft readings may still choose parts that add up to what cannot be
      more = cannot_sets(run(without(claims, gone), o).list)
    end
    if #more == 0 and (reduced or anew_left > 0) then
      table.sort(ids)
      return ids, sure
    elseif #more == 0 then
      ids, reduced = repair.needed(sets, ids, cost), true
    else
      table.move(more, 1, #more, #sets + 1, sets)
      local added = repair.smallest(more, cost)
      table.move(added, 1, #added, #ids + 1, ids)
      work = work + #sets
      anew_left = work <= most_work and anew_left - 1 or -1
      if anew_left >= 0 then
        local anew, certain = repair.smallest(sets, cost)
        ids, sure = repair.needed(sets, ids, cost), false
        if certain or total(anew) <= total(ids) then
          ids, sure = anew, certain
        end
      else
        sure = false
      end
    end
  end
end

local function make(tables, o)
  local claims, left = read.claims(tables, o)
  local all = rank.minimal(run(claims, o))
  local leads = rank.leads(all, claims)
  for _, one in ipairs(all) do
    setmetatable(one, conflict_meta)
  end
  local fields = {
    claims = claims_table(claims), conflicts = leads, all = all, left_out = left_out_table(left),
  }
  return core.new_object("Audit", setmetatable(fields, { __index = function(t, key)
    if key == "repairs" or key == "repairs_exact" then
      local ids, sure = smallest_repairs(claims, all, o)
      rawset(t, "repairs", ids)
      rawset(t, "repairs_exact", sure)
      return rawget(t, key)
    end
  end }))
end

local example = "muster.audit(nil, muster.casualties('datasets/dprk/casualties.csv'))"

local audit = define {
  name = "muster.audit",
  args = "deployments?: Table, casualties?: Table, captures?: Table, options?: {about?: number, exact?: number, beyond?: number, "
    .. "beyond_share?: number, share?: number, near?: number, near_stock?: number, forecast?: number, below?: number, "
    .. "pace?: number, within?: table, initial?: string}",
  returns = "Audit",
  help = "Which claims cannot all be true. Rows that agree in origin, measure, as_of, basis and contingent are one claim. Gives an "
    .. "Audit: conflicts (a list of { verdict, rule, claims = ids, sentence, gap, ratio, repair, group, rank, also }, worst first), "
    .. "claims (a Table by id), left_out (what was not looked at and why), all (every minimal conflict), repairs (ids of the "
    .. "smallest set of claims, weighted by credibility, without which nothing is left that cannot be true).",
  example = "return #" .. example .. ".conflicts > 0",
  fn = function(deployments, casualties, captures, options)
    local tables = {}
    for _, pair in ipairs { { "deployments", deployments or false }, { "casualties", casualties or false },
      { "captures", captures or false } } do
      tables[#tables + 1] = pair[2] and pair or nil
    end
    if #tables == 0 then
      fail "muster.audit: expected at least one table of claims, found none"
    end
    for _, pair in ipairs(tables) do
      local known = {}
      for _, name in ipairs(pair[2]:names()) do
        known[name] = true
      end
      for _, name in ipairs { "origin", "measure", "basis", "as_of", "figure" } do
        if not known[name] then
          fail("muster.audit: the table of %s has no column '%s'%s", pair[1], name, name == "figure" and known.low and known.qualifier
            and ("; muster.%s(t) makes a table with figures of this one"):format(pair[1]) or registry.suggest(name, pair[2]:names()))
        end
      end
    end
    local o = settings(options)
    o.within = containment(tables, o.within)
    return make(tables, o)
  end,
}

local function joined(ids)
  local out = {}
  for i, id in ipairs(ids) do
    out[i] = tostring(id)
  end
  return table.concat(out, ";")
end

define {
  name = "Audit:table", args = "", returns = "Table",
  help = "The conflicts as a table, worst first: rank, verdict, rule, claims (ids, with ;), gap, ratio, also (how many it stands "
    .. "for), group, sentence, repair (the smallest).",
  example = "return " .. example .. ":table():names()[1]",
  fn = function(a)
    local rows = {}
    for i, one in ipairs(a.conflicts) do
      rows[i] = { rank = one.rank, verdict = one.verdict, rule = one.rule, claims = joined(one.claims), gap = one.gap * 1.0,
        ratio = one.ratio * 1.0, also = #one.also, group = one.group, sentence = one.sentence,
        repair = one.repair[1] and one.repair[1].text }
    end
    return muster.table(rows, { "rank", "verdict", "rule", "claims", "gap", "ratio", "also", "group", "sentence", "repair" })
  end,
}

define {
  name = "Audit:matrix", args = "", returns = "Table",
  help = "For plots: a row for each two claims that stand in one conflict, both ways round: a and b (ids), verdict (the gravest), "
    .. "rule, rank (of the lead).",
  example = "return " .. example .. ":matrix():names()[1]",
  fn = function(a)
    local cells, list = {}, {}
    local function put(i, j, one, lead)
      local key = i .. "," .. j
      local cell = cells[key]
      if not cell then
        cell = { a = i, b = j, verdict = one.verdict, rule = one.rule, rank = lead.rank }
        cells[key], list[#list + 1] = cell, cell
      elseif found.grave[one.verdict] > found.grave[cell.verdict] then
        cell.verdict, cell.rule, cell.rank = one.verdict, one.rule, lead.rank
      end
    end
    for _, lead in ipairs(a.conflicts) do
      for k = 0, #lead.also do
        local one = k == 0 and lead or lead.also[k]
        for _, i in ipairs(one.claims) do
          for _, j in ipairs(one.claims) do
            if i ~= j or #one.claims == 1 then
              put(i, j, one, lead)
            end
          end
        end
      end
    end
    table.sort(list, function(x, y)
      if x.a ~= y.a then
        return x.a < y.a
      end
      return x.b < y.b
    end)
    return muster.table(list, { "a", "b", "verdict", "rule", "rank" })
  end,
}

local function counts(a)
  local n = { [found.CANNOT] = 0, [found.UNLIKELY] = 0, [found.FAILED] = 0 }
  for _, one in ipairs(a.conflicts) do
    n[one.verdict] = n[one.verdict] + 1
  end
  return n
end

-- Text in lines of at most `width` characters, all but the first indented.
local function wrap(text, width, indent)
  local lines, line = {}, nil
  for word in text:gmatch "%S+" do
    if line and #line + 1 + #word > width - indent then
      lines[#lines + 1], line = line, word
    else
      line = line and line .. " " .. word or word
    end
  end
  lines[#lines + 1] = line
  return table.concat(lines, "\n" .. (" "):rep(indent))
end

local function report(a, options)
  local limit, width = options.limit or math.huge, options.width or 100
  local n = counts(a)
  local lines = { ("%d distinct claims, %d left out; %d cannot both be true, %d unlikely together, %d did not come true"):format(
    #a.claims, #a.left_out, n[found.CANNOT], n[found.UNLIKELY], n[found.FAILED]) }
  for i, one in ipairs(a.conflicts) do
    if i > limit then
      lines[#lines + 1] = ("... and %d more"):format(#a.conflicts - limit)
      break
    end
    lines[#lines + 1] = ("%3d. %s (%s)"):format(i, one.verdict, one.rule)
    lines[#lines + 1] = "     " .. wrap(one.sentence, width, 5)
    if #one.also > 0 then
      lines[#lines + 1] = ("     and %d more like it"):format(#one.also)
    end
    if options.repairs ~= false and one.repair[1] then
      lines[#lines + 1] = "     smallest repair: " .. wrap(one.repair[1].text, width - 17, 5)
    end
  end
  return table.concat(lines, "\n")
end

define {
  name = "Audit:text", args = "options?: {limit?: integer, width?: integer, repairs?: boolean}", returns = "string",
  help = "The report as text, worst first: `limit` conflicts (all), in lines of `width` characters (100), with the smallest repair of "
    .. "each unless repairs = false.",
  example = "return " .. example .. ":text{ limit = 1 }",
  fn = function(a, options)
    return report(a, options or {})
  end,
}

core.metamethod("Audit", "__tostring", function(a)
  return report(a, { limit = 10 })
end)

return audit
