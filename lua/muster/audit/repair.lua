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

-- Sets that hang together by common claims. Each claim's sets are looked at once: a claim may be in thousands.
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
          by_claim[id] = {}
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

-- A heap of ids by what they end for their cost, the best on top. Values only fall, so that one that is out of date is put
-- back where it belongs when it comes to the top.
local function new_heap(before)
  local heap = {}
  local function sink(i)
    local x = heap[i]
    while true do
      local child = 2 * i
      if child < #heap and before(heap[child + 1], heap[child]) then
        child = child + 1
      end
      if child > #heap or not before(heap[child], x) then
        heap[i] = x
        return
      end
      heap[i], i = heap[child], child
    end
  end
  return heap, sink
end

-- How many sets each claim is in, and which: { [id] = { index, ... } }, and the ids in order.
local function members(sets)
  local member, ids = {}, {}
  for i, set in ipairs(sets) do
    for _, id in ipairs(set) do
      if not member[id] then
        member[id], ids[#ids + 1] = {}, id
      end
      table.insert(member[id], i)
    end
  end
  table.sort(ids)
  return member, ids
end

-- Takes out of `ids`, which hit every set, those that are not needed: the dearest first. Returns { [id] = true } and the cost.
local function without_spare(sets, member, ids, cost)
  local hits, chosen, total = {}, {}, 0
  for i in ipairs(sets) do
    hits[i] = 0
  end
  for _, id in ipairs(ids) do
    for _, i in ipairs(member[id] or {}) do
      hits[i] = hits[i] + 1
    end
  end
  table.sort(ids, function(a, b)
    if cost(a) ~= cost(b) then
      return cost(a) > cost(b)
    end
    return a < b
  end)
  for _, id in ipairs(ids) do
    local needed = false
    for _, i in ipairs(member[id] or {}) do
      needed = needed or hits[i] == 1
    end
    if needed then
      chosen[id], total = true, total + cost(id)
    else
      for _, i in ipairs(member[id] or {}) do
        hits[i] = hits[i] - 1
      end
    end
  end
  return chosen, total
end

-- Chvatal's greedy: the claim that ends most conflicts for its cost; then what turned out not to be needed goes back.
-- Counts are kept up to date, so that the work is that of reading the sets once for each claim they name.
local function greedy(sets, cost)
  local member, ids = members(sets)
  local count, worth, price, order, done = {}, {}, {}, {}, {}
  for _, id in ipairs(ids) do
    price[id] = cost(id)
    count[id], worth[id] = #member[id], #member[id] / price[id]
  end
  local heap, sink = new_heap(function(a, b)
    if worth[a] ~= worth[b] then
      return worth[a] > worth[b]
    end
    return a < b
  end)
  table.move(ids, 1, #ids, 1, heap)
  for i = #heap // 2, 1, -1 do
    sink(i)
  end
  local left = #sets
  while left > 0 do
    local best = heap[1]
    local now = count[best] / price[best]
    if now < worth[best] then
      worth[best] = now
    else
      order[#order + 1], worth[best] = best, -1
      for _, i in ipairs(member[best]) do
        if not done[i] then
          done[i], left = true, left - 1
          for _, id in ipairs(sets[i]) do
            count[id] = count[id] - 1
          end
        end
      end
    end
    sink(1)
  end
  return without_spare(sets, member, order, cost)
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
  return out, left_steps >= 0, steps - math.max(left_steps, 0)
end

-- A search through a component of more sets than this hardly ends.
local most_sets = 4000

-- The cheapest claims (sum of costs) of which every set has one: ids in order, and whether that is certainly the cheapest.
function repair.smallest(sets, cost, steps)
  local ids, sure = {}, true
  local parts = components(sets)
  table.sort(parts, function(a, b) return #a < #b end)
  local work = steps or 400000
  local left = 4 * work              -- for all components together
  for _, part in ipairs(parts) do
    local chosen, total = greedy(part, cost)
    -- one step costs a walk over all sets: a large tangle is left as the greedy choice has it
    local allowed = #part <= most_sets and math.min(work, left) // #part or 0
    local better, done, used = exact(part, cost, chosen, total, allowed)
    left = left - used * #part
    sure = sure and done
    for id in pairs(better) do
      ids[#ids + 1] = id
    end
  end
  table.sort(ids)
  return ids, sure
end

-- Of `ids`, which hit every set, those that are needed for it, in order.
function repair.needed(sets, ids, cost)
  local chosen = without_spare(sets, (members(sets)), table.move(ids, 1, #ids, 1, {}), cost)
  local out = {}
  for id in pairs(chosen) do
    out[#out + 1] = id
  end
  table.sort(out)
  return out
end

return repair
