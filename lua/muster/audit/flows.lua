-- flows.lua - who is there, was sent, died and went home: present <= sent - lost - withdrawn.
--
-- The dead, the prisoners, the missing and those who went home are different people, and none of them is present. All
-- terms but the sent stand on one side, so the ones that a contradiction does not need fall away.
local category = require "muster.category"
local found = require "muster.audit.found"
local read = require "muster.audit.read"

local flows = {}

local most = 12
local SENT = "dispatched"
local GONE = { "killed", "captured", "missing", "withdrawn" }

local function say(one)
  local parts, numbers, sum = {}, {}, 0
  local key = one.verdict == found.CANNOT and "lo1" or "lo2"
  for i, t in ipairs(one.lows) do
    parts[i] = found.say_claim(t.c) .. found.bound(t, "lo", one.verdict)
    numbers[i] = read.number(found.value(t, key))
    sum = sum + found.value(t, key)
  end
  return ("%s, but only %s%s: %s = %s."):format(table.concat(parts, " and "), found.say_claim(one.highs[1].c),
    found.bound(one.highs[1], "hi", one.verdict), table.concat(numbers, " + "), read.number(sum))
end

local function is_present(measure)
  local up = category.within(measure)
  while up and up ~= SENT do
    up = category.within(up)
  end
  return up == SENT and measure ~= "withdrawn"
end

-- The claims of one way to be gone, of people who are certainly among the sent `S`.
local function gone_claims(order, S)
  local lists = {}
  for _, measure in ipairs(GONE) do
    local list = {}
    for _, s in ipairs(order.list) do
      if s.measure == measure and s.class ~= "plan" and s.class ~= "stk" and order:contingent_in(s.contingent, S.contingent)
        and order:location_in(s.location, S.location) then
        table.move(s.claims, 1, #s.claims, #list + 1, list)
      end
    end
    if measure == "withdrawn" then     -- where they went does not matter
      list = {}
      for _, s in ipairs(order.list) do
        if s.measure == measure and s.class ~= "stk" and order:contingent_in(s.contingent, S.contingent) then
          table.move(s.claims, 1, #s.claims, #list + 1, list)
        end
      end
    end
    lists[#lists + 1] = list
  end
  return lists
end

local function best_of(lists, day)
  local best = {}
  for i, list in ipairs(lists) do
    for _, c in ipairs(list) do
      if c.d2 <= day and (not best[i] or c.lo2 > best[i].lo2) then
        best[i] = c
      end
    end
  end
  local terms, sum = {}, 0
  for i = 1, #lists do
    if best[i] then
      terms[#terms + 1], sum = { c = best[i] }, sum + best[i].lo2
    end
  end
  return terms, sum
end

local function check_present(P, list, gone, out)
  local least
  for _, s in ipairs(list) do
    if s.d1 >= P.d2 and (not least or s.hi2 < least.hi2) then
      least = s
    end
  end
  if not least or P.lo2 > least.hi2 then
    return
  end
  local terms, sum = best_of(gone, P.d1)
  if #terms == 0 or P.lo2 + sum <= least.hi2 then
    return
  end
  local keep, n = { c = P }, 0
  local all = table.move(terms, 1, #terms, 2, { keep })
  for _, s in ipairs(list) do
    if n < most and s.d1 >= P.d2 and P.lo2 + sum > s.hi2 then
      n = n + 1
      out:check("flow", all, { { c = s } }, { say = say, keep = keep })
    end
  end
end

function flows.run(order, out)
  for _, S in ipairs(order.list) do
    if S.measure == SENT and S.class == "cum" then
      local gone = gone_claims(order, S)
      for _, X in ipairs(order.list) do
        if X.class == "stk" and is_present(X.measure) and order:contingent_in(X.contingent, S.contingent)
          and order:location_in(X.location, S.location) then
          for _, P in ipairs(X.claims) do
            check_present(P, S.claims, gone, out)
          end
        end
      end
      for _, s in ipairs(S.claims) do
        local terms, sum = best_of(gone, s.d1)
        if #terms > 1 and sum > s.hi2 then
          out:check("flow", terms, { { c = s } }, { say = say })
        end
      end
    end
  end
end

return flows
