-- plots.lua - pictures of an audit: who contradicts whom as a matrix, and the claims over time with conflicting pairs joined.
local evidence = require "muster.evidence"
local muster = require "muster.init"
local report = require "muster.audit.report"
local view = require "muster.audit.view"
local registry = require "muster.base.registry"
local wrap = require "muster.base.wrap"

local plots = {}

local MOST = 20              -- claims on a side of the matrix: more cannot be read

-- Of the conflicts of a pair the first of these is drawn. Two claims may be in conflict only together with a third: that
-- says less of the two, and is a class of its own. Colours apart for every eye, the lesser ones lighter.
local classes = {
  { verdict = "cannot both be true", name = "cannot both be true", ink = "vermillion" },
  { verdict = "cannot both be true", many = true, name = "cannot, with a third claim", ink = "orange" },
  { verdict = "did not come true", name = "did not come true", ink = "yellow" },
  { verdict = "did not come true", many = true, name = "did not come true, by a third claim", ink = "yellow" },
  { verdict = "unlikely together", name = "unlikely together", ink = "blue" },
  { verdict = "unlikely together", many = true, name = "unlikely, with a third claim", ink = "sky" },
}

local function pair_key(a, b)
  return math.min(a, b) * 1000003 + math.max(a, b)
end

-- The pairs of claims that meet in a conflict: a list of { a, b, class } by ids, a < b.
local function pairs_of(conflicts)
  local list, by_key = {}, {}
  for k, class in ipairs(classes) do
    for _, c in ipairs(conflicts) do
      local belongs = c.verdict == class.verdict and (#c.claims > 2) == (class.many == true)
      for i = 1, belongs and #c.claims or 0 do
        for j = i + 1, #c.claims do
          local a, b = math.min(c.claims[i], c.claims[j]), math.max(c.claims[i], c.claims[j])
          local key = pair_key(a, b)
          if a ~= b and not by_key[key] then
            by_key[key] = { a = a, b = b, class = k }
            list[#list + 1] = by_key[key]
          end
        end
      end
    end
  end
  return list
end

-- Without those that are in no pair with another of them; and how many are left.
local function without_lonely(kept, links)
  local company, n = {}, 0
  for _, link in ipairs(links) do
    for _, id in ipairs(kept[link.a] and kept[link.b] and { link.a, link.b } or {}) do
      n = n + (company[id] and 0 or 1)
      company[id] = true
    end
  end
  return company, n
end

-- The first `most` of the ids each of which is in a pair with another of them.
local function in_company(ids, links, most)
  local kept, n, list = {}, 0, {}
  for _, id in ipairs(ids) do
    if n < most then
      kept[id], n = true, n + 1
      if n == most then
        kept, n = without_lonely(kept, links)
      end
    end
  end
  for _, id in ipairs(ids) do
    list[#list + 1] = kept[id] and id or nil
  end
  return list
end

-- The ids in most pairs, a pair that cannot be counting more than any number of others; by measure and day.
local function most_entangled(links, claims, most)
  local weight, ids = {}, {}
  for _, link in ipairs(links) do
    for _, id in ipairs { link.a, link.b } do
      if not weight[id] then
        weight[id], ids[#ids + 1] = 0, id
      end
      weight[id] = weight[id] + (link.class == 1 and 1000 or 1)
    end
  end
  table.sort(ids, function(a, b) return weight[a] ~= weight[b] and weight[a] > weight[b] or weight[a] == weight[b] and a < b end)
  local kept = in_company(ids, links, most)
  table.sort(kept, function(a, b)
    local x, y = claims[a], claims[b]
    if x.measure ~= y.measure then
      return x.measure < y.measure
    end
    return x.as_of ~= y.as_of and x.as_of < y.as_of or x.as_of == y.as_of and a < b
  end)
  return kept, #ids
end

local function names_of(loaded)
  return loaded.sources and evidence.names(loaded.sources) or setmetatable({}, { __index = function(_, id) return id end })
end

local function row_name(c, names)
  return ("%s, %s: %s %s [%d]"):format(names[c.origin], c.as_of, c.figure or c.share and report.share_text(c) or "some",
    (c.measure:gsub("_", " ")), c.id)
end

-- Who contradicts whom: a cell for each two claims of `conflicts` (all of the audit without it).
function plots.matrix(audit, loaded, conflicts)
  local all_of_them = table.move(audit.conflicts, 1, #audit.conflicts, 1, {})
  for _, c in ipairs(conflicts and {} or view.alike(audit.conflicts)) do
    all_of_them[#all_of_them + 1] = c
  end
  local claims, links = view.claims(audit, loaded), pairs_of(conflicts or all_of_them)
  local ids, all = most_entangled(links, claims, MOST)
  local names, at = names_of(loaded), {}
  local cells, drawn = {}, {}
  for _, a in ipairs(ids) do
    at[a] = row_name(claims[a], names)
  end
  for _, a in ipairs(ids) do
    for _, b in ipairs(ids) do
      cells[#cells + 1] = { x = tostring(b), y = at[a] }
    end
  end
  for _, link in ipairs(links) do
    local list = drawn[link.class] or {}
    drawn[link.class] = list
    if at[link.a] and at[link.b] then
      list[#list + 1] = { x = tostring(link.b), y = at[link.a] }
      list[#list + 1] = { x = tostring(link.a), y = at[link.b] }
    end
  end
  if #ids == 0 then
    registry.fail("no two claims are in conflict, so there is no matrix to draw")
  end
  local plot = muster.plot(muster.table(cells), { x = "x", y = "y" }):tile { name = "no conflict", ink = "pale" }
  for k, class in ipairs(classes) do
    local list = drawn[k]
    if list and #list > 0 then
      plot = plot:tile(muster.table(list), { name = class.name, ink = class.ink })
    end
  end
  return plot:title "Who contradicts whom"
    :subtitle(#ids < all and ("The %d claims in most conflicts, of %d in any, by what they count and the day that they describe"):format(#ids, all)
      or ("%s in conflict, by what they count and the day that they describe"):format(wrap.plural(all, "claim")))
    :xlabel "number of the claim, as at the left"
    :size(1150, 190 + 34 * #ids)
end

-- A claim's place on an axis of numbers; the figure itself is drawn as what it says.
local function height(f)
  return f and (f.stated or f.high < math.huge and (f.low + f.high) / 2 or f.low)
end

-- A name without what it has in brackets, and on one line: labels stand close together.
local function brief(name)
  local short = name:gsub("%s*%b()", "")
  return wrap.cut(short ~= "" and short or name, 30)
end

-- The claims of `conflicts` over time, with each conflicting pair joined. nil when fewer than two have a figure.
function plots.timeline(audit, loaded, conflicts)
  local claims, links, names = view.claims(audit, loaded), pairs_of(conflicts), names_of(loaded)
  local points, seen, lines = {}, {}, {}
  local function add(id)
    local c = claims[id]
    if not seen[id] then
      seen[id] = true
      points[#points + 1] = { id = id, day = c.as_of, figure = c.figure, says = ("%s [%d]"):format(brief(names[c.origin]), id) }
    end
  end
  for _, link in ipairs(links) do
    local a, b = claims[link.a], claims[link.b]
    if a.figure and b.figure then
      add(link.a)
      add(link.b)
      local list = lines[link.class] or {}
      lines[link.class] = list
      list[#list + 1] = { day = a.as_of, n = height(a.figure), day_end = b.as_of, n_end = height(b.figure) }
    end
  end
  if #points < 2 then
    return nil
  end
  -- room for names to the right of the last ones, whose lines come from the left
  table.sort(points, function(a, b) return a.day < b.day or a.day == b.day and a.id < b.id end)
  local first, last = points[1].day, points[#points].day
  local room = math.max(3, (last - first) // 4)
  local plot = muster.plot(muster.table(points), { x = "day", y = "figure" })
  for k = #classes, 1, -1 do
    local list = lines[k]
    if list then
      plot = plot:segment(muster.table(list), { x = "day", y = "n", x_end = "day_end", y_end = "n_end",
        name = classes[k].name, ink = classes[k].ink, dashed = k > 1, size = k == 1 and 1.4 or 1 })
    end
  end
  return plot:point { label = "says", ink = "black" }
    :subtitle "Claims of which two cannot both be true, or hardly, are joined. Numbers in brackets are those of the report."
    :xlabel "day that the claim describes" :ylabel "persons" :xrange(first - room // 12, last + room):size(1100, 680)
end

return plots
