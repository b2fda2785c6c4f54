-- flows.lua - who is there, was sent, died and went home: present <= sent - lost - withdrawn.
--
-- The dead, the prisoners, the missing and those who went home are different people, and none of them is present. All
-- terms but the sent stand on one side, so the ones that a contradiction does not need fall away.
local category = require "muster.category"
local days = require "muster.audit.days"
local found = require "muster.audit.found"
local read = require "muster.audit.read"

local flows = {}

local most            -- partners that are kept of one claim
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

-- A function(day) -> terms, sum: the greatest claim of each list up to that day. It is asked for days that do not fall.
local function greatest(lists)
  local best, at = {}, {}
  local sorted = {}
  for i, list in ipairs(lists) do
    sorted[i], at[i] = days.sorted(list, "d2"), 1
  end
  return function(day)
    local terms, sum = {}, 0
    for i, list in ipairs(sorted) do
      while list[at[i]] and list[at[i]].d2 <= day do
        local c = list[at[i]]
        at[i] = at[i] + 1
        best[i] = (not best[i] or c.lo2 > best[i].lo2) and c or best[i]
      end
      if best[i] then
        terms[#terms + 1], sum = { c = best[i] }, sum + best[i].lo2
      end
    end
    return terms, sum
  end
end

-- Those present against the sent of their day or later, `sent` by first day, of which least[i] is the lowest from i on.
local function check_present(P, sent, least, from, terms, sum, out)
  if not least[from] or P.lo2 > least[from].hi2 or #terms == 0 or P.lo2 + sum <= least[from].hi2 then
    return
  end
  local keep, n = { c = P }, 0
  local all = table.move(terms, 1, #terms, 2, { keep })
  for i = from, #sent do
    if n == most then
      break
    elseif P.lo2 + sum > sent[i].hi2 then
      n = n + 1
      out:check("flow", all, { { c = sent[i] } }, { say = say, keep = keep })
    end
  end
end

function flows.run(order, out)
  most = found.partners(order, 2)
  for _, S in ipairs(order.list) do
    if S.measure == SENT and S.class == "cum" then
      local gone = gone_claims(order, S)
      local sent, least = days.sorted(S.claims, "d1"), {}
      for i = #sent, 1, -1 do
        least[i] = least[i + 1] and least[i + 1].hi2 <= sent[i].hi2 and least[i + 1] or sent[i]
      end
      for _, X in ipairs(order.list) do
        if X.class == "stk" and is_present(X.measure) and order:contingent_in(X.contingent, S.contingent)
          and order:location_in(X.location, S.location) then
          local up_to = greatest(gone)
          for _, P in ipairs(days.sorted(X.claims, "d1")) do
            local terms, sum = up_to(P.d1)
            check_present(P, sent, least, days.first_from(sent, P.d2), terms, sum, out)
          end
        end
      end
      local up_to = greatest(gone)
      for _, s in ipairs(sent) do
        local terms, sum = up_to(s.d1)
        if #terms > 1 and sum > s.hi2 then
          out:check("flow", terms, { { c = s } }, { say = say })
        end
      end
    end
  end
end

return flows
