-- rank.lua - from everything that was found to what a human reads first: minimal sets, one lead for many alike, an order.
local found = require "muster.audit.found"

local rank = {}

local grave = found.grave

-- A claim that few would rest on makes a contradiction less remarkable. Admiralty numbers; 6 is "cannot be judged".
local trust = { 1, 0.9, 0.75, 0.45, 0.25, 0.5 }

-- The day, the carriers: what concerns one claim says nothing about its standing against others.
local function alone(one)
  return #one.claims == 1
end

-- Every proper part of a set of claims, as keys; sets are small.
local function some_part(ids, test)
  local n = #ids
  for mask = 1, (1 << n) - 2 do
    local part = {}
    for i = 1, n do
      if mask & (1 << (i - 1)) ~= 0 then
        part[#part + 1] = ids[i]
      end
    end
    if #part > 1 and test(table.concat(part, ",")) then
      return true
    end
  end
  return false
end

-- Conflicts of which no part is a conflict of at least the same verdict.
function rank.minimal(collector)
  local by_set, list = collector.by_set, collector.list
  local out = {}
  for _, one in ipairs(list) do
    local drop = #one.claims > 2 and #one.claims <= 12 and some_part(one.claims, function(key)
      local other = by_set[key]
      return other and grave[list[other].verdict] >= grave[one.verdict]
    end)
    if not drop then
      out[#out + 1] = one
    end
  end
  return out
end

local function score(one, claims)
  local t = 1
  for _, id in ipairs(one.claims) do
    t = math.min(t, trust[claims[id].cred or 6] or 0.5)
  end
  -- few claims, and claims of one author or one day, make the plainer case
  local first, together = claims[one.claims[1]], true
  for _, id in ipairs(one.claims) do
    together = together and claims[id].origin == first.origin
  end
  return grave[one.verdict] * 200 + math.min(one.size or 0, 2.5) * 10 * t + 60 * t + (together and 25 or 0) - #one.claims
    + (one.lift or 0)
end

-- Rules that say the same of a claim: its number is too high, or too low, for others.
local family = { same = "level", growth = "level", part = "level", increment = "level", contingents = "level", flow = "level",
  sum = "level" }

-- What conflicts have in common of which one can stand for the others: the kind of rule, and a claim on its side.
local function signatures(one)
  local list, sides, carried = {}, {}, false
  for _, term in ipairs(one.lows or {}) do
    sides[term.c.id] = "low"
    carried = carried or term.f ~= nil
  end
  -- a rule may say which claims a conflict is about: a share that was worked out belongs to no claim alone
  for _, id in ipairs(one.pivots or one.claims) do
    local kind = carried and "carried" or one.kin or family[one.rule] or one.rule
    -- many plans fail against one later count, and each is a forecast of its own
    if one.rule ~= "forecast" or sides[id] then
      list[#list + 1] = table.concat({ kind, id, sides[id] or "high" }, "\31")
    end
  end
  return list
end

local function subject(one, claims)
  local c = claims[one.claims[1]]
  local first, last = c, c
  local names, seen = {}, {}
  for _, id in ipairs(one.claims) do
    c = claims[id]
    first = c.d1 < first.d1 and c or first
    last = c.d2 > last.d2 and c or last
    local name = found.subject(c)
    if not seen[name] then
      seen[name], names[#names + 1] = true, name
    end
  end
  return table.concat(names, ", ") .. ", " .. (first.when == last.when and first.when or first.when .. " to " .. last.when)
end

local function ordered(list)
  table.sort(list, function(a, b)
    if a.score ~= b.score then
      return a.score > b.score
    end
    for i = 1, math.max(#a.claims, #b.claims) do
      if a.claims[i] ~= b.claims[i] then
        return (a.claims[i] or 0) < (b.claims[i] or 0)
      end
    end
    return a.rule < b.rule
  end)
end

-- The leads in the order in which they are read, each with those that it stands for in `also`.
function rank.leads(all, claims)
  local by_signature = {}
  for _, one in ipairs(all) do
    one.score = score(one, claims)
  end
  ordered(all)
  for _, one in ipairs(all) do
    one.signatures = alone(one) and {} or signatures(one)
    for _, s in ipairs(one.signatures) do
      by_signature[s] = by_signature[s] or {}
      table.insert(by_signature[s], one)
    end
  end
  local leads, taken = {}, {}
  for _, one in ipairs(all) do
    if not taken[one] then
      taken[one] = true
      local best, most = {}, 0
      for _, s in ipairs(one.signatures) do
        local free = {}
        for _, other in ipairs(by_signature[s]) do
          free[#free + 1] = not taken[other] and other or nil
        end
        by_signature[s] = free        -- those that are taken are not looked at again
        if #free > most then
          best, most = free, #free
        end
      end
      for _, other in ipairs(best) do
        taken[other] = true
      end
      one.also = best
      leads[#leads + 1] = one
    end
  end
  for i, one in ipairs(leads) do
    one.rank, one.group = i, subject(one, claims)
  end
  return leads
end

return rank
