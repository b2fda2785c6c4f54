-- evidence.lua - what counts as one piece of evidence, and who stands behind a number.
--
-- Five outlets that carry one briefing are one claim. Rows are one claim when origin, measure, as_of, basis
-- and contingent agree; the row that speaks for the claim is chosen by a rule that is printed, never by hand.
-- Nothing here reads the spelling of an id, a note or a name; flags are read as the codebook defines them.
local muster = require "muster.init"
local core = require "muster.core"
local registry = require "muster.base.registry"
local wrap = require "muster.base.wrap"

local define, fail = registry.define, registry.fail
local evidence = registry.module("muster.evidence", "One carrier for each claim, and the independent origins behind a number.")

local KEY = { "origin", "measure", "as_of", "basis", "contingent" }

evidence.rule = "best credibility, then earliest reported, then order in the file"

-- Bodies that speak for one state. Two of the same country are one voice, named or not.
local OFFICIAL = {
  government = true, military_intelligence = true, military = true, parliament = true, unnamed_officials = true,
}

local function has_flag(row, flag)
  return (";" .. (row.flags or ""):gsub("%s", "") .. ";"):find(";" .. flag .. ";", 1, true) ~= nil
end

local function key_of(row)
  local parts = {}
  for i, name in ipairs(KEY) do
    parts[i] = tostring(row[name] or "")
  end
  return table.concat(parts, "\31")
end

-- Two days that may both be missing; a missing one is later than any.
local function day(d)
  return d and d.days or math.maxinteger
end

local function better(a, i, b, j)
  local ca, cb = a.credibility or math.huge, b.credibility or math.huge
  if ca ~= cb then
    return ca < cb
  elseif day(a.reported) ~= day(b.reported) then
    return day(a.reported) < day(b.reported)
  end
  return i < j
end

-- Whether carriers print more than one figure, or more than one share: one that leaves the share out has not changed it.
local function differ(carriers)
  local figures, shares = {}, {}
  for _, one in ipairs(carriers) do
    local f, share = evidence.figure(one.row), one.row.share
    figures[f and ("%s %s %s"):format(f.kind, f.low, f.high) or ""] = true
    if share then
      shares[share] = true
    end
  end
  return next(figures, next(figures)) ~= nil or next(shares) ~= nil and next(shares, next(shares)) ~= nil
end

local function check_columns(t, names, who)
  local known = {}
  for _, name in ipairs(t:names()) do
    known[name] = true
  end
  for _, name in ipairs(names) do
    if not known[name] then
      fail("%s: the table has no column '%s'%s", who, name, registry.suggest(name, t:names()))
    end
  end
end

-- Rows of each claim in file order, claims in order of first appearance; `best` is the row that speaks for the claim.
local function groups(t)
  local list, by_key = {}, {}
  for i, row in t:rows() do
    local key = key_of(row)
    local group = by_key[key]
    if not group then
      group = { rows = {} }
      by_key[key], list[#list + 1] = group, group
    end
    local one = { at = i, row = row }
    group.rows[#group.rows + 1] = one
    if not group.best or better(row, i, group.best.row, group.best.at) then
      group.best = one
    end
  end
  return list
end

evidence.groups = define {
  name = "muster.evidence.groups", args = "rows: Table", returns = "table[]",
  help = "The carriers of each claim: a list of { rows = list of { at = number of the row, row = its values }, best = the one "
    .. "that speaks for the claim (evidence.rule) }, claims in order of first appearance.",
  example = "return #muster.evidence.groups(muster.table{ { origin = 'a', measure = 'killed' }, { origin = 'a', measure = 'killed' } })",
  fn = groups,
}

evidence.has_flag = define {
  name = "muster.evidence.has_flag", args = "row: table, flag: string", returns = "boolean",
  help = "Whether a row carries a flag of the codebook (several are separated by ';').",
  example = "return muster.evidence.has_flag({ flags = 'verbal;combined' }, 'combined')",
  fn = has_flag,
}

evidence.figure = define {
  name = "muster.evidence.figure", args = "row: table", returns = "Quantity?",
  help = "What a row prints as its figure: the column figure of the claim loaders, or the quantity that low, best, high and qualifier "
    .. "of a plain table make; nil when there is no number.",
  example = "return muster.evidence.figure{ best = 600, qualifier = 'at_least' }",
  fn = function(row)
    if row.figure ~= nil then
      return row.figure
    elseif row.best then
      return muster.quantity { qualifier = row.qualifier ~= "range" and row.qualifier or nil, best = row.best }
    elseif row.low and row.high then
      return muster.quantity { qualifier = "range", low = row.low, high = row.high }
    end
  end,
}

local function names_of(t)
  local known = {}
  for _, name in ipairs(t:names()) do
    known[name] = true
  end
  return known
end

-- For each row whether it says something else than its origin: found by the genealogy, never read from a mark.
local function retold_rows(t, sources)
  local known = names_of(t)
  if not (known.figure or known.best) or not (known.origin and known.measure and known.basis) then
    return {}
  end
  return require("muster.genealogy").altered(t, sources)
end

-- The claims of t that the options leave: the table they are rows of, and a list of { group, altered, retold }.
local function collapse(t, options, who)
  check_columns(t, { "origin", "measure", "basis" }, who)
  local known = names_of(t)
  if not (known.figure or known.best) then
    check_columns(t, { "figure" }, who)
  end
  local sources = options.sources or (core.extras(t) or {}).sources or nil
  if options.known_by then
    local replay = require "muster.base.replay"
    t = replay.known(t, replay.check(muster.date(options.known_by), who), who)
  end
  local retold, out = retold_rows(t, sources), {}
  for _, group in ipairs(groups(t)) do
    local best = group.best
    if (options.combined or not has_flag(best.row, "combined")) and (options.retold ~= false or not retold[best.at]) then
      out[#out + 1] = { group = group, altered = differ(group.rows), retold = retold[best.at] }
    end
  end
  return t, out
end

local function with_columns(t, found, columns)
  local rows, values = {}, {}
  for i, one in ipairs(found) do
    rows[i] = one.group.best.at
  end
  local out = t:take(rows)
  for _, column in ipairs(columns) do
    values[column[1]] = { n = #found }
    for i, one in ipairs(found) do
      values[column[1]][i] = column[2](one)
    end
    out = out:with(column[1], values[column[1]])
  end
  return out
end

local plain_columns = {
  { "carriers", function(one) return #one.group.rows end },
  { "altered", function(one) return one.altered end },
  { "retold", function(one) return one.retold or false end },
}

evidence.claims = define {
  name = "muster.evidence.claims",
  args = "rows: Table, options?: {combined?: boolean, retold?: boolean, known_by?: string|Date, sources?: Table}", returns = "Table",
  help = "One row for each claim: rows that agree in origin, measure, as_of, basis and contingent are carriers of one "
    .. "claim; the best credibility speaks for it, then the earliest, then the first in the file (evidence.rule). Adds "
    .. "carriers (how many rows), altered (their figures differ) and retold (the row that speaks says something else than its "
    .. "origin, by muster.genealogy: no carrier has what the origin said). Claims that count others too (flag combined) are left "
    .. "out unless combined = true, retold ones if retold = false.",
  example = "local t = muster.table({ { origin = 'a', measure = 'killed', basis = 'cumulative', credibility = 3,\n"
    .. "  figure = muster.quantity{ best = 600 } },\n"
    .. "  { origin = 'a', measure = 'killed', basis = 'cumulative', credibility = 2,\n"
    .. "  figure = muster.quantity{ qualifier = 'at_least', best = 600 } } })\n"
    .. "return muster.evidence.claims(t)[1].altered",
  fn = function(t, options)
    local rows, found = collapse(t, options or {}, "muster.evidence.claims")
    return with_columns(rows, found, plain_columns)
  end,
}

-- Carriers in the order in which they were out, each once.
local function chain(one)
  local order = {}
  for i, carrier in ipairs(one.group.rows) do
    order[i] = carrier
  end
  table.sort(order, function(a, b)
    local da, db = day(a.row.reported), day(b.row.reported)
    if da ~= db then
      return da < db
    end
    return a.at < b.at
  end)
  local names, seen = {}, {}
  for _, carrier in ipairs(order) do
    local name = carrier.row.via or carrier.row.origin or "?"
    if not seen[name] then
      seen[name], names[#names + 1] = true, name
    end
  end
  return names
end

-- The figures that carriers print, when they differ, each with who prints it: "about 600 (kbs), >= 600 (koreaherald)".
local function figures(one)
  if not one.altered then
    return nil
  end
  local order, who = {}, {}
  for _, carrier in ipairs(one.group.rows) do
    local row = carrier.row
    local figure = evidence.figure(row)
    local text = (figure ~= nil and tostring(figure) or "in words")
      .. (row.share and (" (%s %%)"):format(core.number(math.floor(1000 * row.share + 0.5) / 10)) or "")
    if not who[text] then
      who[text], order[#order + 1] = {}, text
    end
    table.insert(who[text], row.via or row.origin or "?")
  end
  for i, text in ipairs(order) do
    order[i] = ("%s: %s"):format(text, table.concat(who[text], ", "))
  end
  return table.concat(order, "; ")
end

local chain_columns = {
  plain_columns[1],
  { "chain", function(one) return table.concat(chain(one), " > ") end },
  { "first_carrier", function(one) return chain(one)[1] end },
  plain_columns[2],
  { "figures", figures },
  plain_columns[3],
}

evidence.chains = define {
  name = "muster.evidence.chains",
  args = "rows: Table, options?: {combined?: boolean, retold?: boolean, known_by?: string|Date, sources?: Table}", returns = "Table",
  help = "As muster.evidence.claims, and with the carriers: chain (who carried the claim, in order of reported, 'a > b'), "
    .. "first_carrier, and figures (what each carrier prints, where they differ). Claims that count others too are kept unless "
    .. "combined = false. Table:evidence is this.",
  example = "local function row(via, day) return { origin = 'a', measure = 'killed', basis = 'cumulative', via = via,\n"
    .. "  reported = muster.date(day), figure = muster.quantity{ best = 600 } } end\n"
    .. "return muster.evidence.chains(muster.table{ row('y', '2025-01-02'), row('x', '2025-01-01') })[1].chain",
  fn = function(t, options)
    options = options or {}
    local rows, found = collapse(t, { combined = options.combined ~= false, retold = options.retold, known_by = options.known_by,
      sources = options.sources }, "Table:evidence")
    return with_columns(rows, found, chain_columns)
  end,
}

evidence.shares = define {
  name = "muster.evidence.shares", args = "rows: Table", returns = "Table",
  help = "The printed shares: for each claim every different share (and what it is of) that a carrier prints, by the best "
    .. "carrier "
    .. "that prints it (evidence.rule). Joint and retold rows are left out.",
  example = "local function row(via, share) return { origin = 'a', measure = 'killed', basis = 'cumulative', via = via, "
    .. "share = share,\n"
    .. "  share_of = 'deployed', figure = muster.quantity{ best = 4000 } } end\n"
    .. "return #muster.evidence.shares(muster.table{ row('x', 0.36), row('y', 0.40), row('z', 0.40) })",
  fn = function(t)
    check_columns(t, { "origin", "measure", "basis", "share", "share_of" }, "muster.evidence.shares")
    local rows, retold = {}, retold_rows(t)
    for _, group in ipairs(groups(t)) do
      local by_share, order = {}, {}
      for _, one in ipairs(group.rows) do
        local row = one.row
        if row.share and not retold[one.at] and not has_flag(row, "combined") then
          local key = ("%.17g %s"):format(row.share, row.share_of or "")
          if not by_share[key] then
            order[#order + 1] = key
          end
          if not by_share[key] or better(row, one.at, by_share[key].row, by_share[key].at) then
            by_share[key] = one
          end
        end
      end
      for _, key in ipairs(order) do
        rows[#rows + 1] = by_share[key].at
      end
    end
    return t:take(rows)
  end,
}

-- The first and the last day that a row describes: a month_level row stands for any day of its month.
local function days_of(row)
  local last = row.as_of
  if last and has_flag(row, "month_level") then
    return last - (last.day - 1), last
  end
  return last, last
end

evidence.days = define {
  name = "muster.evidence.days", args = "row: table", returns = "Date?, Date?",
  help = "First and last day that a claim may describe: its as_of, or the whole month when only the month is known.",
  example = "return muster.evidence.days{ as_of = muster.date '2025-01-31', flags = 'month_level' }",
  fn = days_of,
}

evidence.on = define {
  name = "muster.evidence.on", args = "rows: Table, first?: string|Date, last?: string|Date", returns = "Table",
  help = "The rows that may describe a day from `first` to `last`; nil leaves that end open.",
  example = "local t = muster.table{ { as_of = muster.date '2025-01-31', flags = 'month_level' } }\n"
    .. "return #muster.evidence.on(t, '2025-01-10', '2025-01-12')",
  fn = function(t, first, last)
    first, last = first and muster.date(first), last and muster.date(last)
    local rows = {}
    for i, row in t:rows() do
      local from, to = days_of(row)
      if from and (not first or to >= first) and (not last or from <= last) then
        rows[#rows + 1] = i
      end
    end
    return t:take(rows)
  end,
}

-- == who stands behind a number =========================================================================

-- origin -> the name of the voice it belongs to: "officials of KR", or itself.
local function voices(sources)
  local voice = {}
  if sources then
    check_columns(sources, { "source_id", "kind", "country" }, "muster.evidence.origins")
    for _, s in sources:rows() do
      local related = OFFICIAL[s.kind] and s.country and s.country ~= "INT"
      voice[s.source_id] = related and "officials of " .. s.country or s.source_id
    end
  end
  return voice
end

evidence.voices = define {
  name = "muster.evidence.voices", args = "sources: Table", returns = "table",
  help = "For each source the voice it belongs to: official bodies and unnamed officials of one country are related and "
    .. "share one ('officials of KR'); every other source is its own.",
  example = "return muster.evidence.voices(muster.table{ { source_id = 'x', kind = 'military', country = 'KR' } }).x",
  fn = voices,
}

evidence.names = define {
  name = "muster.evidence.names", args = "sources: Table", returns = "table",
  help = "What each source is called, by its id, for pictures that are handed on; an id without a name stands for itself.",
  example = "return muster.evidence.names(muster.table{ { source_id = 'x', name = 'The X' } }).x",
  fn = function(sources)
    check_columns(sources, { "source_id", "name" }, "muster.evidence.names")
    local names = {}
    for _, s in sources:rows() do
      names[s.source_id] = s.name
    end
    return setmetatable(names, { __index = function(_, id) return id end })
  end,
}

evidence.origins = define {
  name = "muster.evidence.origins", args = "rows: Table, sources?: Table", returns = "table",
  help = "Who stands behind these rows: fields list (origins, sorted), independent (how many voices when related "
    .. "official bodies count once; needs sources), effective (how many of these when what one took from another does not "
    .. "count, muster.genealogy.independent; nil where there is nothing to compare), claims and rows (carriers included).",
  example = "return muster.evidence.origins(muster.table{ { origin = 'a' }, { origin = 'a' }, { origin = 'b' } }).list",
  fn = function(t, sources)
    local voice, seen, spoke = voices(sources), {}, {}
    local out = { list = {}, independent = 0, claims = 0, rows = 0 }
    local counted = {}
    for i, row in t:rows() do
      local key = row.measure and key_of(row) or i        -- two carriers of one claim count once
      out.claims, counted[key] = out.claims + (counted[key] and 0 or 1), true
      out.rows = out.rows + (row.carriers or 1)
      if not seen[row.origin] then
        seen[row.origin] = true
        out.list[#out.list + 1] = row.origin
        local who = voice[row.origin] or row.origin
        if not spoke[who] then
          spoke[who] = true
          out.independent = out.independent + 1
        end
      end
    end
    table.sort(out.list)
    local known = names_of(t)
    if sources and (known.figure or known.best) and known.measure and known.basis then
      out.effective = require("muster.genealogy").independent(t, sources)
    end
    return out
  end,
}

local plural = wrap.plural

evidence.cite = define {
  name = "muster.evidence.cite", args = "rows: Table, sources?: Table", returns = "string",
  help = "One line for under a number: how many claims, rows and origins it rests on, and how many of these are independent.",
  example = "return muster.evidence.cite(muster.table{ { origin = 'a' }, { origin = 'b' } })",
  fn = function(t, sources)
    local o = evidence.origins(t, sources)
    local independent = o.effective and ("; %s, %.1f effectively independent"):format(plural(o.independent, "voice"), o.effective)
      or sources and ("; %d independent"):format(o.independent) or ""
    return ("%s in %s, %s%s: %s"):format(plural(o.claims, "claim"), plural(o.rows, "row"), plural(#o.list, "origin"),
      independent, table.concat(o.list, ", "))
  end,
}

return evidence
