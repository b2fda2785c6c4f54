-- repair.lua - what would have to be read differently, and which claims to leave out so that the rest can be true.
local found = require "muster.audit.found"
local read = require "muster.audit.read"

local repair = {}

-- == one conflict =======================================================================================

local function share_value(x)
  return ("%.3g %%"):format(100 * x)
end

-- The changes of one figure each that end the conflict: { claim, text, change }, the smallest first.
function repair.of(one)
  if rawget(one, "repair") then
    return one.repair
  end
  local key_low = one.verdict == found.CANNOT and "lo1" or "lo2"
  local key_high = one.verdict == found.CANNOT and "hi1" or "hi2"
  local low, high = 0, 0
  for _, t in ipairs(one.lows) do
    low = low + found.value(t, key_low)
  end
  for _, t in ipairs(one.highs) do
    high = high + found.value(t, key_high)
  end
  local list = {}
  local function offer(c, text, now, need, word, show)
    if need > 0 and need < math.huge then
      list[#list + 1] = { claim = c.id, text = ("read '%s' as %s %s"):format(text, word, show(need)),
        change = math.abs(math.log(need / math.max(now, 1e-9))) }
    end
  end
  local function side(terms, key, missing, word)
    for _, t in ipairs(terms) do
      local f = t.f or t.c
      local need = found.value(t, key) + missing
      if t.s then
        offer(t.s.c, t.s.text, t.s.nom, need / f[key], word, share_value)
        offer(t.c, f.text, f.nom, need / t.s[key], word, read.number)
      else
        offer(t.c, f.text, f.nom, need, word, read.number)
      end
    end
  end
  side(one.lows, key_low, high - low, "at most")
  side(one.highs, key_high, low - high, "at least")
  table.sort(list, function(a, b)
    if a.change ~= b.change then
      return a.change < b.change
    end
    return a.claim < b.claim
  end)
  return list
end

-- == all of them ========================================================================================

-- What it costs to give a claim up: each Admiralty step doubles it; 6, "cannot be judged", counts like 4.
local costs = { 32, 16, 8, 4, 2, 4 }

function repair.cost(c)
  return costs[c.cred or 6] or 4
end

-- Sets that hang together by common claims.
local function components(sets)
  local by_claim, seen, list = {}, {}, {}
  for i, set in ipairs(sets) do
    for _, id in ipairs(set) do
      by_claim[id] = by_claim[id] or {}
      table.insert(by_claim[id], i)
    end
  end
  for i in ipairs(sets) do
    if not seen[i] then
      seen[i] = true
      local part, queue = {}, { i }
      while #queue > 0 do
        local k = table.remove(queue)
        part[#part + 1] = sets[k]
        for _, id in ipairs(sets[k]) do
          for _, other in ipairs(by_claim[id]) do
            if not seen[other] then
              seen[other], queue[#queue + 1] = true, other
            end
          end
        end
      end
      list[#list + 1] = part
    end
  end
  return list
end

local function hit(set, chosen)
  for _, id in ipairs(set) do
    if chosen[id] then
      return true
    end
  end
  return false
end

local function open_sets(sets, chosen)
  local list = {}
  for _, set in ipairs(sets) do
    if not hit(set, chosen) then
      list[#list + 1] = set
    end
  end
  return list
end

-- Chvatal's greedy: the claim that ends most conflicts for its cost; then what turned out not to be needed goes back.
-- Counts are kept up to date, so that the work is that of reading the sets once for each claim they name.
local function greedy(sets, cost)
  local member, count, hits, chosen, order = {}, {}, {}, {}, {}
  for i, set in ipairs(sets) do
    hits[i] = 0
    for _, id in ipairs(set) do
      member[id] = member[id] or {}
      table.insert(member[id], i)
      count[id] = (count[id] or 0) + 1
    end
  end
  local left = #sets
  while left > 0 do
    local best
    for id, n in pairs(count) do
      local better = best and n / cost(id) - count[best] / cost(best)
      if n > 0 and (not best or better > 0 or better == 0 and id < best) then
        best = id
      end
    end
    chosen[best], order[#order + 1] = true, best
    for _, i in ipairs(member[best]) do
      if hits[i] == 0 then
        left = left - 1
        for _, id in ipairs(sets[i]) do
          count[id] = count[id] - 1
        end
      end
      hits[i] = hits[i] + 1
    end
  end
  table.sort(order, function(a, b)
    if cost(a) ~= cost(b) then
      return cost(a) > cost(b)
    end
    return a < b
  end)
  local total = 0
  for _, id in ipairs(order) do
    local needed = false
    for _, i in ipairs(member[id]) do
      needed = needed or hits[i] == 1
    end
    if needed then
      total = total + cost(id)
    else
      chosen[id] = nil
      for _, i in ipairs(member[id]) do
        hits[i] = hits[i] - 1
      end
    end
  end
  return chosen, total
end

-- Branch and bound over the first open set; disjoint open sets bound what is still to be paid. Gives up after `steps`.
local function exact(sets, cost, chosen, best, steps)
  local function bound(left)
    local used, sum = {}, 0
    for _, set in ipairs(left) do
      if not hit(set, used) then
        local least = math.huge
        for _, id in ipairs(set) do
          used[id], least = true, math.min(least, cost(id))
        end
        sum = sum + least
      end
    end
    return sum
  end
  local left_steps, out = steps, chosen
  local function go(left, now, barred, paid)
    left_steps = left_steps - 1
    if left_steps < 0 then
      return
    elseif #left == 0 then
      out, best = {}, paid
      for id in pairs(now) do
        out[id] = true
      end
      return
    elseif paid + bound(left) >= best then
      return
    end
    local set = left[1]
    for _, other in ipairs(left) do
      set = #other < #set and other or set
    end
    local closed = {}
    for _, id in ipairs(set) do
      if not barred[id] then
        now[id] = true
        go(open_sets(left, now), now, barred, paid + cost(id))
        now[id], barred[id], closed[#closed + 1] = nil, true, id
      end
    end
    for _, id in ipairs(closed) do
      barred[id] = nil
    end
  end
  go(sets, {}, {}, 0)
  return out, left_steps >= 0
end

-- The cheapest claims (sum of costs) of which every set has one: ids in order, and whether that is certainly the cheapest.
function repair.smallest(sets, cost, steps)
  local ids, sure = {}, true
  for _, part in ipairs(components(sets)) do
    local chosen, total = greedy(part, cost)
    -- one step costs a walk over all sets: a large tangle is left as the greedy choice has it
    local better, done = exact(part, cost, chosen, total, (steps or 400000) // #part)
    sure = sure and done
    for id in pairs(better) do
      ids[#ids + 1] = id
    end
  end
  table.sort(ids)
  return ids, sure
end

return repair
