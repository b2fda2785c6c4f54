-- rates.lua - rates that somebody worked out from a total: so many a day, for a whole number of days.
--
-- A rate r is read as rounded or as cut off: T / n with r - 1/2 <= T / n < r + 1. For a total T and about T / r days the
-- quotients of whole n lie r / n apart, so that a total without any connection fits with probability 1.5 n / r at most.
local lineage = require "muster.genealogy.lineage"
local links = require "muster.genealogy.links"

local rates = {}

local RECENT, LONGEST = 21, 400         -- days between total and rate, and days that a rate may cover

local function rate_node(row, at, name)
  return {
    item = at, at = math.maxinteger, id = row.item_id or ("item " .. at), origin = row.origin, voice = row.origin, via = row.via,
    measure = name, basis = "rate", reported = row.date and row.date.days, date = row.date, as_of = row.date and row.date.days,
    numbers = { row.value }, number = ("%.17g"):format(row.value), kind = row.qualifier, rate = row.value,
  }
end

-- The whole number of days over which the total gives the rate, nil when there is none.
local function days(total, rate)
  for n = math.max(2, total // (rate + 1)), math.min(LONGEST, total / (rate - 0.5)) do
    local q = total / n
    if q >= rate - 0.5 and q < rate + 1 then
      return math.tointeger(n) or math.floor(n)
    end
  end
end

local function source_of(node, claims)
  local best, fitting = nil, 0
  for _, claim in ipairs(claims) do
    local root = claim.root
    local gap = root.reported and node.reported and node.reported - root.reported
    if gap and gap >= 0 and gap <= RECENT and root.basis == "cumulative" and #root.numbers == 1 and root.numbers[1] >= 10 * node.rate
      and root.origin ~= node.origin then
      local n = days(root.numbers[1], node.rate)
      fitting = fitting + (n and 1 or 0)
      if n and (not best or lineage.day(root) > lineage.day(best.parent)) then
        best = { child = node, parent = root, kinds = { "rate from a total" }, days = n,
          chance = math.min(1, 1.5 * n / node.rate) }
      end
    end
  end
  if best then
    local odds = links.weights.copies.think_tank / (1 - links.weights.copies.think_tank) / best.chance / fitting
    best.strength = odds / (1 + odds)
  end
  return best
end

-- Links of the items of a context table that are rates: to a total, or to the same rate of another origin.
function rates.links(context, claims)
  local found, first = {}, {}
  for at, row in context:rows() do
    if row.value and row.value > 1 and row.unit and row.unit:find "_per_day$" and row.date then
      local node = rate_node(row, at, row.unit)
      local key = ("%s|%.17g"):format(row.unit, row.value)
      local from = source_of(node, claims)
      local earlier = first[key]
      if earlier and earlier.origin ~= node.origin and node.reported - earlier.reported >= 0
        and node.reported - earlier.reported <= links.weights.same_time then
        found[#found + 1] = { child = node, parent = earlier, kinds = { node.reported == earlier.reported and "attribution swapped"
          or "copied across origins" }, strength = 0.9 }
      elseif from then
        found[#found + 1] = from
      end
      first[key] = earlier or node
    end
  end
  return found
end

return rates
