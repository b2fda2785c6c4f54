-- pace.lua - what is possible and hardly happened: the dead that rise without the wounded, strengths that jump, a part that
-- is all of its whole, one event under two dates.
local category = require "muster.category"
local days = require "muster.audit.days"
local found = require "muster.audit.found"
local read = require "muster.audit.read"

local pace = {}

-- == a part that rises faster than its whole ============================================================

local function percent(x)
  return ("%.0f %%"):format(100 * x)
end

local function say_pace(K1, U1, K2, U2, new, old)
  return ("%s and %s, then %s: %s more %s, while %s went from %s to %s (%s), %s more in all: %s of what was added at least, against "
    .. "%s before at most."):format(found.say_claim(U1), K1.text, found.say_claim(K2), read.number(K2.nom - K1.nom),
    found.measure(K1.measure), found.subject(U1), U1.text, U2.text, U2.when, read.number(U2.nom - U1.nom), percent(new), percent(old))
end

local function by_origin(list)
  local map, names = {}, {}
  for _, c in ipairs(list) do
    if not map[c.origin] then
      map[c.origin], names[#names + 1] = {}, c.origin
    end
    table.insert(map[c.origin], c)
  end
  return map, names
end

-- Two counts of a part by one origin, each with a count of the whole beside it: the share of the part in what was added.
local function check_pace(parts, wholes, o, out)
  for _, K1 in ipairs(parts) do
    local U1
    for _, u in ipairs(wholes) do
      U1 = u.origin == K1.origin and u.d1 == K1.d1 and u.d2 == K1.d2 and u or U1
    end
    for _, K2 in ipairs(U1 and U1.lo2 > 0 and parts or {}) do
      if K2.origin == K1.origin and K2.d1 > K1.d2 then
        local U2
        for _, u in ipairs(wholes) do
          if u.origin == K1.origin and u.d1 >= K2.d2 and (not U2 or u.d1 < U2.d1) then
            U2 = u
          end
        end
        local more = U2 and U2.hi2 - U1.lo2 or 0
        local new, old = more > 0 and (K2.lo2 - K1.hi2) / more or 0, K1.hi2 / U1.lo2
        if new >= o.pace * old and K2.lo2 - K1.hi2 >= 20 then
          out:add { rule = "pace", verdict = found.UNLIKELY, claims = { K1, U1, K2, U2 }, gap = K2.lo2 - K1.hi2 - old * more,
            ratio = new / old, lift = 8, sentence = say_pace(K1, U1, K2, U2, math.min(new, 1), old),
            repair = { { claim = K1.id, text = ("read '%s' as at least %s: a revision of what was known before"):format(K1.text,
              read.number(K2.lo2 - old * o.pace * more)) } } }
        end
      end
    end
  end
end

-- The whole less the part cannot fall either.
local function say_rest(one)
  local K2, U1, U2, K1 = one.lows[1].c, one.lows[2] and one.lows[2].c, one.highs[1].c, one.highs[2].c
  if not U1 then
    return ("%s, but at most %s together with %s."):format(found.say_claim(K2), found.say_claim(U2), found.say_claim(K1))
  end
  return ("%s less %s, then %s less %s: the rest cannot fall."):format(found.say_claim(U1), found.say_claim(K1), found.say_claim(U2),
    found.say_claim(K2))
end

-- How many at the front of a list the test holds for.
local function places(list, test)
  local low, high = 0, #list
  while low < high do
    local mid = (low + high + 1) // 2
    if test(list[mid]) then
      low = mid
    else
      high = mid - 1
    end
  end
  return low
end

local function check_rest(parts, wholes, out)
  local lows, highs = {}, {}
  local first, last = days.sorted(parts, "d1"), days.sorted(parts, "d2")
  local after, before = {}, {}         -- the lowest part from a place on, and the highest up to it
  for i = #first, 1, -1 do
    after[i] = after[i + 1] and after[i + 1].hi2 <= first[i].hi2 and after[i + 1] or first[i]
  end
  for i, K in ipairs(last) do
    before[i] = before[i - 1] and before[i - 1].lo2 >= K.lo2 and before[i - 1] or K
  end
  for _, U in ipairs(wholes) do
    local least = after[places(first, function(K) return K.d1 < U.d2 end) + 1]        -- the rest on its day is at least U less K
    local greatest = before[places(last, function(K) return K.d2 <= U.d1 end)]        -- and here at most U less K
    if least and least.hi2 < math.huge then
      lows[#lows + 1] = { U = U, K = least, value = U.lo2 - least.hi2, day = least.d2 }
    end
    if greatest and U.hi2 < math.huge then
      highs[#highs + 1] = { U = U, K = greatest, value = U.hi2 - greatest.lo2, day = greatest.d1 }
    end
  end
  table.sort(lows, function(a, b) return a.day < b.day or a.day == b.day and a.U.id < b.U.id end)
  table.sort(highs, function(a, b) return a.day < b.day or a.day == b.day and a.U.id < b.U.id end)
  local best, i = nil, 1
  for _, high in ipairs(highs) do
    while lows[i] and lows[i].day <= high.day do
      best = (not best or lows[i].value > best.value) and lows[i] or best
      i = i + 1
    end
    if best and best.value > high.value and best.K ~= high.K and best.U ~= high.U then
      out:check("growth", { { c = high.K }, { c = best.U } }, { { c = high.U }, { c = best.K } }, { say = say_rest })
    end
  end
end

-- == strengths that jump ================================================================================

local function check_jumps(list, o, out)
  for i, a in ipairs(list) do
    for j = i + 1, #list do
      local b = list[j]
      local apart = b.d1 - a.d2
      if apart > o.near_stock then
        break
      end
      if apart > 0 and not a.month and not b.month then
        local low, high = a, b
        if a.nom > b.nom then
          low, high = b, a
        end
        if high.lo2 > low.hi2 and high.nom >= 1.25 * low.nom then
          out:check("pace", { { c = high } }, { { c = low } }, { soft = true, say = function(one)
            return ("%s%s, and within %d day%s %s%s."):format(found.say_claim(a), found.bound({ c = a }, a == high and "lo" or "hi",
              one.verdict), apart, apart == 1 and "" or "s", found.say_claim(b), found.bound({ c = b }, b == high and "lo" or "hi", one.verdict))
          end })
        end
      end
    end
  end
end

-- == the same number for the part and for its whole =====================================================

local function check_equal(parts, wholes, o, out)
  for _, K in ipairs(parts) do
    for _, U in ipairs(wholes) do
      if K.origin == U.origin and K.nom == U.nom and K.nom >= 20 and math.max(K.d1 - U.d2, U.d1 - K.d2) <= o.near then
        local rest = category.difference(U.measure, K.measure)
        out:add { rule = "part", verdict = found.UNLIKELY, claims = { K, U }, gap = 0, ratio = 1, size = 0.3,
          sentence = ("%s and %s: one origin, one number for the part and for its whole, which leaves nobody %s; the one may be "
            .. "read as the other."):format(found.say_claim(K), found.say_claim(U), rest and found.measure(rest) or "else"),
          repair = { { claim = K.id, text = ("read '%s %s' as %s"):format(K.text, found.measure(K.measure), found.measure(U.measure)) } } }
      end
    end
  end
end

-- == one event under two dates ==========================================================================

local function check_twice(list, out)
  for i, a in ipairs(list) do
    for j = i + 1, #list do
      local b = list[j]
      if b.d1 - a.d2 > 3 then
        break
      end
      if a.origin ~= b.origin and not a.s1 and not b.s1 and a.d2 < b.d1 and a.lo1 == a.hi1 and b.lo1 == a.lo1 and b.hi1 == a.lo1 then
        out:add { rule = "date", verdict = found.UNLIKELY, claims = { a, b }, gap = b.d1 - a.d2, ratio = 1, size = 0.2,
          sentence = ("%s and %s: the same number %d day%s apart, so one event under two dates, or %s in all."):format(found.say_claim(a),
            found.say_claim(b), b.d1 - a.d2, b.d1 - a.d2 == 1 and "" or "s", read.number(2 * a.nom)),
          repair = { { claim = a.id, text = "read both as one event" } } }
      end
    end
  end
end

function pace.run(order, out, o)
  for _, s in ipairs(order.list) do
    if s.class == "cum" and category.parts(s.measure) then
      for _, whole in ipairs(order:wholes(s.measure)) do
        local W = whole ~= s.measure and category.parts(whole) and order:find("cum", whole, s.contingent, s.location)
        if W then
          local parts, names = by_origin(s.claims)
          local wholes = by_origin(W.claims)
          for _, name in ipairs(names) do
            check_pace(parts[name], wholes[name] or {}, o, out)
            check_equal(parts[name], wholes[name] or {}, o, out)
          end
          check_rest(s.claims, W.claims, out)
        end
      end
    elseif s.class == "stk" or s.class == "inc" then
      local list = days.sorted(s.claims, "d2")
      if s.class == "stk" then
        check_jumps(list, o, out)
      else
        check_twice(list, out)
      end
    end
  end
end

return pace
