-- family.lua - the picture of a genealogy: a line for each retelling, from the day of what it retells to its own.
local muster = require "muster.init"
local registry = require "muster.base.registry"
local links = require "muster.genealogy.links"

local family = {}

-- One colour for each sort of change, the same in every picture; the first that a change names counts.
local sorts = {
  { "total, part or other category", "vermillion", { "total read as", "category", "another part" } },
  { "plan read as sent", "purple", { "planned read as sent" } },
  { "number or range altered", "orange", { "fused into", "end added", "range made", "number made", "end dropped", "figure", "words made" } },
  { "others counted too", "yellow", { "combined" } },
  { "old figure, new date", "sky", { "stale" } },
  { "credited to another", "green", { "attribution" } },
  { "same number, another origin", "blue", { "copied across" } },
  { "worked out from others' figures", "black", { "sum of", "rate from", "range of" } },
}

local function sort_of(change)
  for _, sort in ipairs(sorts) do
    for _, word in ipairs(sort[3]) do
      if change:find(word, 1, true) == 1 then
        return sort
      end
    end
  end
end

local panels = { "No longer what the origin said", "Taken from others, or worked out from their figures" }

local function words(measure)
  return (tostring(measure or "?"):gsub("_", " "))
end

local LABEL = 38         -- letters that a label has on one line

-- A name as short as a line of a picture wants it: without what comes behind a comma or a stroke, and without brackets but
-- for short ones, which tell bodies of several countries apart.
local function short(names, id, bare)
  local name = (names[id] or id or "?"):gsub("%s*(%b())", function(brackets)
    return #brackets <= 6 and not bare and " " .. brackets or ""
  end):gsub("%s*[,/].*", "")
  return name ~= "" and name or id
end

local function after(names, id)
  local full = "after " .. short(names, id)
  return utf8.len(full) <= LABEL and full or "after " .. short(names, id, true)
end

local function figure_of(row)
  local figure = muster.evidence.figure(row)
  return figure ~= nil and tostring(figure) or "in words,"
end

local function said(row)
  return figure_of(row) .. " " .. words(row.measure)
end

-- One line of the picture: on the left what came back and who printed it, at the dot what it had been.
local function one_line(edge, t, names, seen)
  local sort = sort_of(edge.change)
  if not sort or not edge.row or not edge.parent_row then
    return nil
  end
  local child, parent, also = t[edge.row], t[edge.parent_row], edge.also_row and t[edge.also_row]
  if not child.reported or not parent.reported then
    return nil
  end
  if child.origin == parent.origin and edge.change:find "^sum" then
    return nil                                             -- an origin adds up its own figures
  end
  local changed, foreign = edge.altered, child.origin ~= parent.origin
  local what = ("%s, %s"):format(said(child), short(names, changed and child.via or child.origin))
  local kind = edge.change
  local was = ("was %s"):format(said(parent))
  if kind:find "^stale" then
    was = ("as on %s"):format(parent.reported)
  elseif kind:find "^combined" then
    was = "counted others too"
  elseif also and kind:find "^total read" then
    was = ("was %s"):format(said(also))
  elseif also and (kind:find "^fused" or kind:find "^sum" or kind:find "^range") then
    was = ("from %s and %s"):format(figure_of(parent), figure_of(also))
  elseif foreign then
    was = after(names, parent.origin)
  end
  seen[what] = (seen[what] or 0) + 1
  if seen[what] > 1 then
    what = ("%s, %s"):format(what, child.reported)
  end
  return { what = what, from = parent.reported, to = child.reported, sort = sort, was = was, panel = panels[changed and 1 or 2],
    order = changed and 1 or 2 }
end

local function columns(list)
  local rows = {}
  for i, one in ipairs(list) do
    rows[i] = { what = one.what, from = one.from, to = one.to, was = one.was, panel = one.panel }
  end
  return muster.table(rows, { "what", "from", "to", "was", "panel" })
end

function family.plot(g, t, options)
  if type(g) ~= "table" or not g.edges then
    registry.fail "muster.genealogy.plot: expected what muster.genealogy.of gives"
  end
  local names, list, seen = options.names or {}, {}, {}
  for _, edge in g.edges:rows() do
    if edge.row and (edge.row > #t or edge.parent_row and edge.parent_row > #t) then
      registry.fail("muster.genealogy.plot: row %d is not in this table of %d: expected the table of the genealogy", edge.row, #t)
    elseif edge.strength >= (options.least or links.weights.sure) and not edge.change:find "^repeated" then
      local one = one_line(edge, t, names, seen)
      list[#list + 1] = one
    end
  end
  if #list == 0 then
    registry.fail "muster.genealogy.plot: there is nothing to draw: no row changes or copies another"
  end
  table.sort(list, function(a, b)
    if a.order ~= b.order then
      return a.order < b.order
    elseif a.to ~= b.to then
      return a.to < b.to
    end
    return a.what < b.what
  end)
  local all = columns(list)
  local plot = muster.plot(all, { y = "what", panel = "panel" })
    :point(all, { x = "from", ink = "light", name = "first seen" })     -- before the others, so that the lines go by day
  for _, sort in ipairs(sorts) do
    local own = {}
    for _, one in ipairs(list) do
      own[#own + 1] = one.sort == sort and one or nil
    end
    if #own > 0 then
      local rows = columns(own)
      plot = plot:interval(rows, { low = "from", high = "to", name = sort[1], ink = sort[2] })
        :point(rows, { x = "to", label = "was", name = sort[1], ink = sort[2] })
    end
  end
  local first, last = list[1].from, list[1].to
  for _, one in ipairs(list) do
    first, last = one.from < first and one.from or first, one.to > last and one.to or last
  end
  local room = math.max(10, math.floor(0.45 * (last - first)))         -- for the words behind the last dots
  return plot:xrange(first - math.max(1, (last - first) // 40), last + room):title(options.title or "Who retells whom")
    :subtitle "From the day on which a figure was first out to the day (coloured dot) on which it came back; on the left what it then was."
    :xlabel "day of publication"
end

return family
