-- genealogy.lua - who retells whom, what changed on the way, and how many origins are left when copies do not count.
--
-- Inside a claim the carriers form a tree (genealogy/descent.lua), between claims a coincidence of numbers is weighed
-- (genealogy/links.lua). Nothing here reads ids, notes, or a compiler's marks on rows.
local muster = require "muster.init"
local registry = require "muster.base.registry"
local core = require "muster.core"
local descent = require "muster.genealogy.descent"
local lineage = require "muster.genealogy.lineage"
local links = require "muster.genealogy.links"
local rates = require "muster.genealogy.rates"
local telling = require "muster.genealogy.telling"

local define, fail = registry.define, registry.fail
local genealogy = registry.module("muster.genealogy", "Who retells whom, what changed on the way, and how many origins are left.")

-- == the links =========================================================================================

-- A figure that is new in a carrier, told from where it comes.
local function explain(ix, link)
  local kind = link.kinds[1]
  if kind ~= "end added" and kind ~= "figure altered" then
    return
  end
  local child, lender = link.child, link.new and links.lender(ix, link.child, link.new)
  if not lender then
    return
  elseif kind == "end added" then
    link.kinds[1] = "fused into a range"
  elseif lender.origin ~= child.origin then
    link.kinds[1] = "attribution swapped"
  else
    link.kinds[1] = lender.basis == child.basis and lender.contingent == child.contingent
      and lineage.category_change(lender.measure, child.measure) or "figure of another claim"
  end
  link.also = lender
end

local function all_links(claims, context)
  local inside = {}
  for _, claim in ipairs(claims) do
    for _, link in ipairs(descent.links(claim, links.weights.carrier)) do
      inside[#inside + 1] = link
    end
  end
  local between, ix = links.between(claims)
  local all = {}
  for _, link in ipairs(inside) do
    explain(ix, link)
    if links.is_late(ix, link.child.claim.root, link.child) then
      link.kinds[#link.kinds + 1] = "stale"
      if link.kinds[1] == "echo" then
        table.remove(link.kinds, 1)
      end
    end
    all[#all + 1] = link
  end
  for _, link in ipairs(between) do
    all[#all + 1] = link
  end
  for _, link in ipairs(context and rates.links(context, claims) or {}) do
    all[#all + 1] = link
  end
  table.sort(all, function(a, b)
    local da, db = lineage.day(a.child), lineage.day(b.child)
    if da ~= db then
      return da < db
    elseif (a.child.item or 0) ~= (b.child.item or 0) then
      return (a.child.item or 0) < (b.child.item or 0)
    end
    return a.child.at < b.child.at
  end)
  return all
end

-- == how many origins ==================================================================================

-- The expected number of voices of which at least one claim is not taken from an earlier one. A claim that repeats the voice's
-- own adds nothing either: the earlier one speaks for itself.
local function effective(claims, all)
  local copied, first_hand, voices, n = {}, {}, {}, 0
  for _, link in ipairs(all) do
    if not link.inside and not link.child.item then
      copied[link.child.claim] = link.strength
    end
  end
  for _, claim in ipairs(claims) do
    local voice = claim.root.voice
    if voice ~= nil then
      if not first_hand[voice] then
        voices[#voices + 1] = voice
      end
      first_hand[voice] = (first_hand[voice] or 1) * (copied[claim] or 0)
    end
  end
  table.sort(voices)
  for _, voice in ipairs(voices) do
    n = n + 1 - first_hand[voice]
  end
  return n, voices
end

-- == the result ========================================================================================

local methods = {}
local meta = { __name = "genealogy", __index = methods }

local edge_columns = { "child", "parent", "also", "change", "strength", "likelihood", "altered", "reported", "origin", "via",
  "sentence", "row", "parent_row", "also_row" }

local function edges_table(all)
  local rows = {}
  for i, link in ipairs(all) do
    rows[i] = {
      child = link.child.id, parent = link.parent.id, also = link.also and link.also.id, change = table.concat(link.kinds, "; "),
      strength = link.strength, likelihood = telling.likelihood(link.strength),
      altered = link.strength >= links.weights.sure and lineage.heavy(link.kinds), reported = link.child.date,
      origin = link.child.origin, via = link.child.via, sentence = telling.sentence(link),
      row = not link.child.item and link.child.at or nil, parent_row = not link.parent.item and link.parent.at or nil,
      also_row = link.also and link.also.at,
    }
  end
  return muster.table(rows, edge_columns)
end

-- Each row with the row at the top of its tree: links that are likely hold it together.
local function trees_table(nodes, all)
  local up, rows = {}, {}
  for _, link in ipairs(all) do
    if link.strength >= links.weights.sure and not link.child.item then
      up[link.child] = link.parent
    end
  end
  -- of what was walked before, since a chain may be as long as the table; and who walked, since on one day a range and what is
  -- printed of it could each be taken from the other
  local top_of, depth_of, walked = {}, {}, {}
  for i, node in ipairs(nodes) do
    local path, top = {}, node
    while up[top] and not top_of[top] and walked[top] ~= i do
      path[#path + 1], walked[top], top = top, i, up[top]
    end
    local depth = depth_of[top] or 0
    top = top_of[top] or top
    for k = #path, 1, -1 do
      depth = depth + 1
      top_of[path[k]], depth_of[path[k]] = top, depth
    end
    rows[i] = { claim_id = node.id, root = top.id, root_row = top.at, depth = depth, origin = node.origin, root_origin = top.origin }
  end
  return muster.table(rows, { "claim_id", "root", "root_row", "depth", "origin", "root_origin" })
end

local needed = { "origin", "measure", "basis" }

local function check(t)
  local known = {}
  for _, name in ipairs(t:names()) do
    known[name] = true
  end
  for _, name in ipairs(needed) do
    if not known[name] then
      fail("muster.genealogy.of: the table has no column '%s'%s; a genealogy is of claims, with %s and a figure", name,
        registry.suggest(name, t:names()), table.concat(needed, ", "))
    end
  end
  if not (known.figure or known.best) then
    fail("muster.genealogy.of: the table has no column 'figure' (nor 'best', with 'qualifier'): nothing to compare")
  end
end

local function links_of(t, options)
  check(t)
  local sources = options.sources or (core.extras(t) or {}).sources or nil
  local claims, nodes = lineage.read(t, sources)
  return claims, nodes, all_links(claims, options.context)
end

local example = [[
local d, q = muster.date, muster.quantity
local function row(via, day, figure)
  return { origin = "ministry", via = via, measure = "killed", basis = "cumulative", as_of = d "2024-05-01",
    reported = d(day), figure = figure }
end
local g = muster.genealogy.of(muster.table({
  row("first", "2024-05-01", q{ qualifier = "about", best = 600 }), row("second", "2024-05-02", q{ best = 600 }) }))
]]

genealogy.of = define {
  name = "muster.genealogy.of", args = "rows: Table, options?: {sources?: Table, context?: Table}", returns = "table",
  help = "Links every row to the row it retells. Fields: edges (a table: child, parent and also as claim_ids, change, strength, "
    .. "likelihood, altered, sentence, row, parent_row and also_row as numbers of rows), trees (each row with its root and depth), "
    .. "independent (the expected number of voices that did not take all they say from earlier claims), voices; g:text() is a report, "
    .. "g:plot() a picture. `sources` says what kinds of source and of which country (by default the sources of the loaded "
    .. "table), `context` adds rates that were worked out from totals.",
  example = example .. "return g.edges[1].sentence",
  fn = function(t, options)
    local claims, nodes, all = links_of(t, options or {})
    local independent, voices = effective(claims, all)
    return setmetatable({ edges = edges_table(all), trees = trees_table(nodes, all), independent = independent, voices = voices,
      claims = #claims, rows = #nodes }, meta)
  end,
}

genealogy.independent = define {
  name = "muster.genealogy.independent", args = "rows: Table, sources?: Table", returns = "number",
  help = "Only the effective number of independent origins of some rows: the sum over voices (related bodies are one) of the "
    .. "probability that at least one of its claims is not taken from an earlier claim in these rows.",
  example = "return muster.genealogy.independent(muster.table{ { origin = 'a', measure = 'killed', basis = 'cumulative',\n"
    .. "  figure = muster.quantity{ best = 600 } } })",
  fn = function(t, sources)
    local claims, _, all = links_of(t, { sources = sources })
    return (effective(claims, all))
  end,
}

genealogy.altered = define {
  name = "muster.genealogy.altered", args = "rows: Table, sources?: Table", returns = "boolean[]",
  help = "For each row whether it says something else than what it retells: another number, category, side or attribution, or an "
    .. "old figure under a new date. Lost or reversed qualifiers do not count, nor do links below 0.5.",
  example = "return muster.genealogy.altered(muster.table{ { origin = 'a', measure = 'killed', basis = 'cumulative',\n"
    .. "  figure = muster.quantity{ best = 600 } } })[1]",
  fn = function(t, sources)
    local _, nodes, all = links_of(t, { sources = sources })
    local altered = { n = #nodes }
    for i = 1, #nodes do
      altered[i] = false
    end
    for _, link in ipairs(all) do
      if link.strength >= links.weights.sure and lineage.heavy(link.kinds) then
        altered[link.child.at] = true
      end
    end
    return altered
  end,
}

genealogy.score = define {
  name = "muster.genealogy.score", args = "found: boolean[], marked: boolean[]", returns = "table",
  help = "How well what was found agrees with what somebody marked, row by row: fields hits, missed, extra, precision (hits of all "
    .. "found) and recall (hits of all marked); a ratio of nothing is nil.",
  example = "return muster.genealogy.score({ true, true, false }, { true, false, false }).precision",
  fn = function(found, marked)
    local n = math.max(found.n or #found, marked.n or #marked)
    local s = { hits = 0, missed = 0, extra = 0 }
    for i = 1, n do
      local name = found[i] and (marked[i] and "hits" or "extra") or marked[i] and "missed"
      if name then
        s[name] = s[name] + 1
      end
    end
    s.precision = s.hits + s.extra > 0 and s.hits / (s.hits + s.extra) or nil
    s.recall = s.hits + s.missed > 0 and s.hits / (s.hits + s.missed) or nil
    return s
  end,
}

genealogy.text = define {
  name = "muster.genealogy.text", args = "genealogy: table", returns = "string",
  help = "The report of a genealogy: the effective number of origins, and every retelling but plain echoes as a sentence, by kind. "
    .. "Also g:text() and tostring(g).",
  example = example .. "return g:text()",
  fn = telling.report,
}

genealogy.plot = define {
  name = "muster.genealogy.plot", args = "genealogy: table, rows: Table, options?: {title?: string, names?: table, least?: number}", returns = "Plot",
  help = "The picture of a genealogy: a line for each retelling, from the day of what it retells to its own day, coloured by what "
    .. "changed. `rows` is the table it was made of, `names` what origins and carriers are called (muster.evidence.names), `least` the "
    .. "weakest link drawn (0.5). Also g:plot(rows).",
  example = [[
local t = muster.table({
  { origin = "staff", measure = "planned", basis = "cumulative", as_of = muster.date "2024-05-01", reported = muster.date "2024-05-01",
    figure = muster.quantity{ best = 4200 } },
  { origin = "staff", measure = "dispatched", basis = "cumulative", as_of = muster.date "2024-05-01",
    reported = muster.date "2024-05-20", figure = muster.quantity{ best = 4200 } } })
return t:genealogy():plot(t)]],
  fn = function(g, t, options)
    return require("muster.genealogy.family").plot(g, t, options or {})
  end,
}

methods.text, methods.plot = genealogy.text, genealogy.plot
meta.__tostring = function(g) return telling.report(g) end

return genealogy
