-- links.lua - which claim another claim retells, and how sure that is.
--
-- Bayes' rule on one coincidence: both print the same number. Either the later one copied (prior odds by what kind of
-- source it is, halved every `half_life` days between the two), and then it surely prints that number; or it has a
-- source of its own and prints it by chance, with the probability `chance`. Number and bound are what copies keep, so
-- the words in front of the number and the part of the force that is counted add a factor each.
--
-- Chance: of honest estimates within 30 % of a number x, rounded as x is, one in 0.6 x / g prints x, where g is the
-- value of the last place of x that is not zero. 4,000 (g = 1,000) is two in five, 3,800 one in twenty-three. Numbers
-- below ten are printed by everybody and link nothing.
local category = require "muster.category"
local lineage = require "muster.genealogy.lineage"

local links = {}

links.weights = {
  -- how often a claim of such an origin is somebody else's, before its number is looked at
  copies = { media = 0.6, think_tank = 0.5, ngo = 0.5, academic = 0.5, international_org = 0.4, unnamed_officials = 0.4,
    government = 0.25, military = 0.25, military_intelligence = 0.25, parliament = 0.25, other = 0.4 },
  related = 0.6,            -- another body of the same voice
  half_life = 90,           -- days in which the odds of a copy halve
  spread = 0.3,             -- honest estimates lie within this share of each other
  same_bound = 7 / 3,       -- copies keep the words in front of the number in 7 of 10, others have the same in 3 of 10
  near_bound = 0.7, opposite_bound = 0.2,
  same_day_said = 2,        -- copies keep the day that is described; others describe it as often as any other
  second_hand = 0.7,        -- what no official body said is quoted less
  rare_part = 3,            -- at most this factor for a part of the force that few claims count
  other_category = 0.1,     -- copies of another origin's number that also change its category
  category = 0.25,          -- odds that an origin's number is read in another category, and ...
  category_chance = 0.25,   -- ... how much rarer the same number is by chance there
  carrier = 0.99,           -- rows that agree in all columns of the key
  least = 0.1,              -- weaker links are not kept
  sure = 0.5,               -- from here on a change counts as one
  window = 400, nearest = 40,
  own_word = 0.05,          -- an origin that publishes its number itself knows what it counts
  other_body = 0.5,         -- a related body instead of the origin itself
  same_time = 30, same_day = 7, otherwise = 120, long = 45, very_long = 90, repeated = 60, range = 60,
}
local w = links.weights

-- The nearer to the event, the smaller. On one day a claim is taken from the origin that can have counted itself.
local rank = { government = 1, military = 1, military_intelligence = 1, parliament = 1, unnamed_officials = 2,
  international_org = 3, think_tank = 4, ngo = 4, academic = 4, media = 5 }

local function rank_of(node)
  return rank[node.origin_kind] or 3
end

function links.chance(node)
  local p = 1
  for _, x in ipairs(node.numbers) do
    p = p * math.min(1, lineage.grain(x) / (2 * w.spread * x))
  end
  return p
end

local function probability(prior, factor)
  local odds = prior / (1 - prior) * factor
  return odds / (1 + odds)
end

-- == indexes ===========================================================================================

-- What an origin counts: rows of one cell that describe the same day are one claim.
local function cell_of(node)
  return table.concat({ node.origin, node.measure or "", node.basis or "", node.contingent or "" }, "|")
end

-- What the rules look up: variants (the first carrier of each number of a claim) by all their numbers together and by
-- each one, claims by origin, by cell and day, and the share of each part of the force in a measure.
local function index(claims)
  local ix = { by_key = {}, by_number = {}, by_origin = {}, by_cell = {}, parts = {}, measures = {}, exceeding = {}, prints = {}, within = {}, total = 0 }
  local function put(map, key, node)
    map[key] = map[key] or {}
    table.insert(map[key], node)
  end
  for _, claim in ipairs(claims) do
    local root = claim.root
    put(ix.by_origin, root.origin, root)
    if root.as_of then
      local cell = cell_of(root)
      ix.by_cell[cell] = ix.by_cell[cell] or {}
      ix.by_cell[cell][root.as_of] = root
    end
    put(ix.exceeding, table.concat({ root.measure or "", root.basis or "", root.contingent or "" }, "|"), root)
    local part = (root.measure or "") .. "|" .. (root.contingent or "")
    ix.parts[part] = (ix.parts[part] or 0) + 1
    ix.measures[root.measure or ""] = (ix.measures[root.measure or ""] or 0) + 1
    ix.total = ix.total + 1
    if root.number then
      local cell = root.number .. "|" .. (root.measure or "")
      ix.prints[root.number] = (ix.prints[root.number] or 0) + 1
      ix.prints[cell] = (ix.prints[cell] or 0) + 1
    end
    local seen = {}
    for _, node in ipairs(claim.order) do
      if node.number and not seen[node.number] then
        seen[node.number] = true
        put(ix.by_key, node.number, node)
        for _, x in ipairs(node.numbers) do
          put(ix.by_number, x, node)
        end
      end
    end
  end
  local function by_day(a, b)
    local da, db = lineage.day(a), lineage.day(b)
    if da ~= db then
      return da < db
    end
    return a.at < b.at
  end
  for _, map in pairs { ix.by_key, ix.by_number, ix.by_origin, ix.exceeding } do
    for _, list in pairs(map) do
      table.sort(list, by_day)
    end
  end
  return ix
end

-- The nodes of a sorted list that were out by the day of `node`, latest first, of other claims.
local function earlier(list, node, days)
  local day, out = lineage.day(node), {}
  if not list or not node.reported then
    return out
  end
  local low, high = 1, #list + 1           -- the first that is later
  while low < high do
    local middle = (low + high) // 2
    if lineage.day(list[middle]) > day then
      high = middle
    else
      low = middle + 1
    end
  end
  for i = low - 1, math.max(1, low - w.nearest), -1 do
    if day - lineage.day(list[i]) > days then
      break
    elseif list[i].claim ~= node.claim then
      out[#out + 1] = list[i]
    end
  end
  return out
end

-- Days between what two claims describe; a claim of which only the month is known is about any day of it.
local function apart(a, b)
  if not a.as_of or not b.as_of then
    return math.huge
  end
  return math.max(0, a.as_of_first - b.as_of, b.as_of_first - a.as_of)
end

-- == one pair ==========================================================================================

local bound_side = { at_least = 1, more_than = 1, up_to = -1, as_many_as = -1, nearly = -1, less_than = -1 }

local function bound_factor(a, b)
  if a.kind == b.kind then
    return w.same_bound
  end
  return (bound_side[a.kind] or 0) * (bound_side[b.kind] or 0) == -1 and w.opposite_bound or w.near_bound
end

local function part_factor(ix, node)
  local of = ix.parts[(node.measure or "") .. "|" .. (node.contingent or "")] or 1
  return math.min(w.rare_part, (ix.measures[node.measure or ""] or 1) / of)
end

-- Chance, and not less than the share of claims of other measures that print the number: some numbers are simply popular.
local function chance_of(ix, node)
  local own, measure = ix.prints[node.number .. "|" .. (node.measure or "")] or 0, ix.measures[node.measure or ""] or 0
  local others = ix.total - measure
  local popular = others > 0 and ((ix.prints[node.number] or 0) - own) / others or 0
  return math.max(links.chance(node), popular)
end

local function decay(a, b)
  return 2 ^ (-(lineage.day(b) - lineage.day(a)) / w.half_life)
end

local function one_cell(a, b)
  return a.measure == b.measure and a.basis == b.basis and a.contingent == b.contingent
end

-- Somebody had said by then that there were more: a running total that is repeated all the same is out of date.
local function outdated(ix, old, new)
  if old.basis ~= "cumulative" or new.month or not new.high or lineage.day(new) - lineage.day(old) < w.repeated then
    return nil
  end
  local list = ix.exceeding[table.concat({ new.measure or "", new.basis or "", new.contingent or "" }, "|")]
  for _, other in ipairs(earlier(list, new, lineage.day(new) - lineage.day(old))) do
    if other.low and other.low > new.high and lineage.day(other) > lineage.day(old) and (other.as_of or 0) <= (new.as_of or 0) then
      return other
    end
  end
end

-- The other origin has said something else of the same days, in the same cell: the number is not its own.
local function says_otherwise(ix, node)
  local days = ix.by_cell[cell_of(node)]
  if not days or not node.as_of then
    return false
  end
  -- a claim of a month begins up to 30 days before the day that it has
  for day = node.as_of_first - w.long, node.as_of + w.long + 30 do
    local other = days[day]
    if other and other.claim ~= node.claim and other.number and other.number ~= node.number and apart(other, node) <= w.long then
      return true
    end
  end
  return false
end

-- What happened to the words in front of a number that came back: a list with one change, or none.
local function with_words(kind, a, b)
  local changed = lineage.changes(a, b)[1]
  return changed:find "^qualifier" and { kind, changed } or { kind }
end

-- How a related body's number came to another category, or another part of the force; nil when the two go by each other.
local function read_as(ix, a, b)
  if a.measure == b.measure then
    return a.basis == b.basis and a.contingent ~= b.contingent and apart(a, b) <= w.same_day and "another part of the force"
  end
  local kind = a.contingent == b.contingent and lineage.category_change(a.measure, b.measure)
  local sent = kind == "planned read as sent"
  -- what was planned is still planned a week later, unless the origin counts fewer sent by then
  local days = kind and says_otherwise(ix, b) and w.otherwise or sent and w.same_day or w.same_time
  return kind and (sent or a.basis == b.basis) and apart(a, b) <= days and kind
end

-- The same origin, or a body of the same voice.
local function related_link(ix, a, b)
  if one_cell(a, b) then
    local kind = a.origin == b.origin and "repeated" or "repeated by a related body"
    local link = { kinds = with_words(kind, a, b), strength = a.origin == b.origin and w.carrier
      or probability(w.related, decay(a, b) * bound_factor(a, b) / chance_of(ix, b)) }
    if a.origin == b.origin and lineage.day(b) - lineage.day(a) >= w.repeated then
      link.also = outdated(ix, a, b)
      link.kinds = link.also and { "stale" } or link.kinds
    end
    return link
  end
  local kind = read_as(ix, a, b)
  if kind then
    return { kinds = { kind }, strength = probability(w.category, (a.origin == b.origin and 1 or w.other_body)
      * (a.origin == b.origin and b.via == b.origin and w.own_word or 1) * (apart(a, b) == 0 and w.same_day_said or 1) / (chance_of(ix, b) * w.category_chance)) }
  end
end

local function foreign_link(ix, a, b, voices)
  local same = one_cell(a, b)
  local as = not same and a.contingent == b.contingent and lineage.category_change(a.measure, b.measure)
  if not same and not (as and (a.basis == b.basis or not category.parts(b.measure))) then
    return nil
  end
  local strength = probability(w.copies[b.origin_kind] or w.copies.other,
    (same and voices or w.other_category) * decay(a, b) * bound_factor(a, b) * part_factor(ix, b) / chance_of(ix, b)
      * (apart(a, b) == 0 and w.same_day_said or 1) * (rank_of(a) > 2 and w.second_hand or 1))
  if not same then
    -- forces lie within forces, so that the same number is no error there
    return { kinds = { "copied across origins", category.parts(b.measure) and as or "in another category" }, strength = strength }
  end
  local official = rank_of(b) <= 2
  local swapped = official and apart(a, b) == 0 and #b.claim.nodes <= #a.claim.nodes and lineage.day(b) - lineage.day(a) <= w.same_time
    and (rank_of(a) >= 4 or says_otherwise(ix, b))
  return { kinds = with_words(swapped and "attribution swapped" or "copied across origins", a, b), strength = strength }
end

-- Who of two claims of one day retells the other: the one with fewer carriers, of a body further from the event. A number that
-- the other carriers of its claim do not have came from somewhere else itself.
local function can_precede(a, b)
  if lineage.day(a) < lineage.day(b) then
    return true
  elseif a ~= a.claim.root then
    return false
  elseif rank_of(a) ~= rank_of(b) then
    return rank_of(a) < rank_of(b)
  elseif a.origin == b.origin then
    return #a.claim.nodes > #b.claim.nodes or #a.claim.nodes == #b.claim.nodes and a.at < b.at
  end
  return false
end

-- == sums and ranges ===================================================================================

-- Whether a claim counts a part of what `node` counts: of the same losses, or of the same measure another part of the force.
local function part_of(ix, part, node)
  if part.measure == node.measure then
    return part.contingent ~= node.contingent
  elseif part.contingent ~= node.contingent or not part.measure or not node.measure then
    return false
  end
  local key = part.measure .. "|" .. node.measure
  if ix.within[key] == nil then
    ix.within[key] = category.relation(part.measure, node.measure) == "within"
  end
  return ix.within[key]
end

-- Whether two such parts have nobody in common, and nobody is missing.
local function make_whole(a, b, node)
  if a.contingent == node.contingent and b.contingent == node.contingent then
    return category.union(a.measure, b.measure) == node.measure and category.relation(a.measure, b.measure) == "apart"
  end
  return a.measure == b.measure and a.contingent ~= b.contingent and a.as_of == b.as_of
end

-- Two earlier figures of the same voice whose sum this is: two parts of what it counts.
local function sum_link(ix, node)
  if #node.numbers ~= 1 or node.numbers[1] < 10 or not node.reported then
    return nil
  end
  local sum, best, pairs_seen = node.numbers[1], nil, 0
  for _, origin in ipairs(ix.voices[node.voice] or {}) do
    local parts = {}
    for _, other in ipairs(earlier(ix.by_origin[origin], node, w.same_time)) do
      if #other.numbers == 1 and other.basis == node.basis and other.numbers[1] < sum and apart(other, node) <= w.same_time
        and part_of(ix, other, node) then
        parts[#parts + 1] = other
      end
    end
    for i, a in ipairs(parts) do
      for j = i + 1, #parts do
        local b = parts[j]
        if make_whole(a, b, node) then
          pairs_seen = pairs_seen + 1
          if a.numbers[1] + b.numbers[1] == sum and not best then
            best = a.numbers[1] >= b.numbers[1] and { a, b } or { b, a }
          end
        end
      end
    end
  end
  if best then
    local chance = math.min(1, links.chance(node) * pairs_seen)
    return { child = node, parent = best[1], also = best[2], kinds = { "sum of two figures" },
      strength = probability(w.related, decay(best[1], node) / chance) }
  end
end

-- A range whose ends two others printed, by an origin that retells.
local function range_link(ix, node)
  if #node.numbers ~= 2 or rank_of(node) < 4 then
    return nil
  end
  local ends = {}
  for k, x in ipairs(node.numbers) do
    for _, other in ipairs(earlier(ix.by_number[x], node, w.range)) do
      if other.measure == node.measure and other.basis == node.basis and other.contingent == node.contingent
        and #other.numbers == 1 then
        ends[k] = other
        break
      end
    end
  end
  if ends[1] and ends[2] then
    return { child = node, parent = ends[1], also = ends[2], kinds = { "range of two figures" },
      strength = probability(w.copies[node.origin_kind] or w.copies.other, 1 / links.chance(node)) }
  end
end

-- == all ===============================================================================================

-- How many other voices print the number in the cell of `node` already: each is one more to copy from.
local function voices_among(before, node)
  local seen, n = {}, 0
  for _, other in ipairs(before) do
    if other.voice ~= node.voice and not seen[other.voice] and one_cell(other, node) and can_precede(other, node) then
      seen[other.voice], n = true, n + 1
    end
  end
  return math.max(1, n)
end

-- The strongest link from each claim to an earlier one.
function links.between(claims)
  local ix, found = index(claims), {}
  ix.voices = {}
  for origin, list in pairs(ix.by_origin) do
    local voice = list[1].voice
    ix.voices[voice] = ix.voices[voice] or {}
    table.insert(ix.voices[voice], origin)
  end
  for _, list in pairs(ix.voices) do
    table.sort(list)
  end
  for _, claim in ipairs(claims) do
    local node = claim.root
    local best
    local function offer(link)
      if link and link.strength >= w.least and (not best or link.strength > best.strength + 1e-12) then
        best = link
      end
    end
    if node.number and node.numbers[1] >= 10 then
      local before = earlier(ix.by_key[node.number], node, w.window)
      local voices = voices_among(before, node)
      for _, other in ipairs(before) do
        if can_precede(other, node) then
          local link = (other.voice == node.voice and related_link or foreign_link)(ix, other, node, voices)
          if link then
            if other.combined and not node.combined then
              link.kinds[#link.kinds + 1] = "combined read as one side"
            end
            link.child, link.parent = node, other
            offer(link)
          end
        end
      end
      offer(sum_link(ix, node))
      offer(range_link(ix, node))
    end
    found[#found + 1] = best
  end
  return found, ix
end

-- Where a number comes from that is new in a carrier: another claim that printed it by then, of the same origin and
-- day if there is one.
function links.lender(ix, node, x)
  local best, best_score
  for _, other in ipairs(earlier(ix.by_number[x], node, w.window)) do
    local same = other.origin == node.origin
    local near = lineage.day(node) - lineage.day(other) <= w.range
    local score = (same and 4 or 0) + (other.as_of == node.as_of and 2 or 0) + (other.measure == node.measure and 1 or 0)
      + (other == other.claim.root and 0.5 or 0)
    if (same or near and other.measure == node.measure) and (not best or score > best_score) then
      best, best_score = other, score
    end
  end
  return best
end

-- A carrier long after the claim, when the origin had moved on or so much later that it must have.
function links.is_late(ix, first, node)
  if not first.reported or not node.reported or node.reported - first.reported < w.long then
    return false
  elseif node.reported - first.reported >= w.very_long then
    return true
  end
  for _, other in ipairs(earlier(ix.by_origin[node.origin], node, node.reported - first.reported - 1)) do
    if other.basis == node.basis and (other.as_of or 0) > (first.as_of or 0) then
      return true
    end
  end
  return false
end

return links
