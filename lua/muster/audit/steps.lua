-- steps.lua - what was added between two days against the totals before and after.
--
-- A total is an increment since the beginning; disjoint increments add up. The greatest sum of disjoint periods up to a day
-- is weighted interval scheduling (Kleinberg and Tardos, Algorithm Design, section 6.1).
local days = require "muster.audit.days"
local found = require "muster.audit.found"
local read = require "muster.audit.read"

local steps = {}

local most            -- partners that are kept of one claim

local function listed(terms, side, verdict)
  local parts = {}
  for i, t in ipairs(terms) do
    parts[i] = found.say_claim(t.c) .. found.bound(t, side, verdict)
  end
  return table.concat(parts, ", then ")
end

local function sum_text(terms, key)
  local parts, sum = {}, 0
  for i, t in ipairs(terms) do
    parts[i] = read.number(found.value(t, key))
    sum = sum + found.value(t, key)
  end
  return table.concat(parts, " + ") .. " = " .. read.number(sum)
end

local function in_time(terms)
  table.sort(terms, function(a, b)
    if a.c.d2 ~= b.c.d2 then
      return a.c.d2 < b.c.d2
    end
    return a.c.id < b.c.id
  end)
  return terms
end

local function say_sum(one)
  local terms = in_time(table.move(one.lows, 1, #one.lows, 1, {}))
  return ("%s: together at least %s, above %s%s."):format(listed(terms, "lo", one.verdict),
    sum_text(terms, one.verdict == found.CANNOT and "lo1" or "lo2"), found.say_claim(one.highs[1].c),
    found.bound(one.highs[1], "hi", one.verdict))
end

local function say_cover(one)
  local terms = in_time(table.move(one.highs, 1, #one.highs, 1, {}))
  return ("%s: together at most %s, below %s%s."):format(listed(terms, "hi", one.verdict),
    sum_text(terms, one.verdict == found.CANNOT and "hi1" or "hi2"), found.say_claim(one.lows[1].c),
    found.bound(one.lows[1], "lo", one.verdict))
end

-- chain[j]: the greatest sum of disjoint items among the first j, and its last item.
local function chains(list, starts)
  local sum, took = { [0] = 0 }, {}
  for j, c in ipairs(list) do
    local with = c.lo2 + (starts[j] and sum[days.last_before(list, starts[j])] or 0)
    sum[j], took[j] = sum[j - 1], false
    if with > sum[j] then
      sum[j], took[j] = with, true
    end
  end
  local function terms(j)
    local out = {}
    while j > 0 do
      if took[j] then
        out[#out + 1] = { c = list[j] }
        j = starts[j] and days.last_before(list, starts[j]) or 0
      else
        j = j - 1
      end
    end
    return out
  end
  return sum, terms
end

local function check_chains(items, starts, totals, soft, out)
  local sum, terms = chains(items, starts)
  local j = 0
  for _, U in ipairs(totals) do
    while items[j + 1] and items[j + 1].d2 <= U.d1 do
      j = j + 1
    end
    if sum[j] > U.hi2 then
      local chain = terms(j)
      if #chain > 1 then
        out:check("increment", chain, { { c = U } }, { say = say_sum, soft = soft })
      end
    end
  end
end

-- A total that rises over an increment's period by more than the increment.
local function check_rises(incs, cums, out)
  local first, last = days.sorted(cums, "d1"), days.sorted(cums, "d2")
  local least, greatest = {}, {}       -- the lowest total from a place in `first` on, the highest up to one in `last`
  for i = #first, 1, -1 do
    least[i] = least[i + 1] and least[i + 1].hi2 < first[i].hi2 and least[i + 1] or first[i]
  end
  for i, c in ipairs(last) do
    greatest[i] = greatest[i - 1] and greatest[i - 1].lo2 >= c.lo2 and greatest[i - 1] or c
  end
  for _, inc in ipairs(incs) do
    local from, to = days.first_from(first, inc.s1 - 1), days.last_before(last, inc.d1 + 1)
    local before, after = least[from], greatest[to]
    if before and after and after.lo2 > before.hi2 + inc.hi2 then
      out:check("increment", { { c = after } }, { { c = before }, { c = inc } }, { say = say_cover })
      local n = 0
      for k = to, 1, -1 do
        if n == most // 2 then
          break
        elseif last[k].lo2 > before.hi2 + inc.hi2 then
          n = n + 1
          out:check("increment", { { c = last[k] } }, { { c = before }, { c = inc } }, { say = say_cover })
        end
      end
      n = 0
      for k = from, #first do
        if n == most // 2 then
          break
        elseif after.lo2 > first[k].hi2 + inc.hi2 then
          n = n + 1
          out:check("increment", { { c = after } }, { { c = first[k] }, { c = inc } }, { say = say_cover })
        end
      end
    end
  end
end

-- Increments that do not say since when add to what the same origin had said before.
local function check_unstated(incs, cums, out)
  local by_origin = {}
  for _, list in ipairs { cums, incs } do
    for _, c in ipairs(list) do
      by_origin[c.origin] = by_origin[c.origin] or { all = {}, open = false }
      local o = by_origin[c.origin]
      o.all[#o.all + 1] = c
      o.open = o.open or c.class == "inc" and not c.s1
    end
  end
  local names = {}
  for name, o in pairs(by_origin) do
    names[#names + 1] = o.open and name or nil
  end
  table.sort(names)
  for _, name in ipairs(names) do
    local items, starts = days.sorted(by_origin[name].all, "d2"), {}
    for j, c in ipairs(items) do
      if c.class == "inc" then
        starts[j] = c.s1 or c.d1
      end
    end
    check_chains(items, starts, cums, true, out)
  end
end

function steps.run(order, out)
  most = found.partners(order, 2)
  for _, s in ipairs(order.list) do
    if s.class == "inc" then
      local total = order:find("cum", s.measure, s.contingent, s.location)
      if total then
        local incs, items, starts = {}, table.move(total.claims, 1, #total.claims, 1, {}), {}
        for _, c in ipairs(s.claims) do
          if c.s1 then
            incs[#incs + 1], items[#items + 1] = c, c
          end
        end
        items = days.sorted(items, "d2")
        for j, c in ipairs(items) do
          starts[j] = c.class == "inc" and c.s1 or nil
        end
        local totals = table.move(total.claims, 1, #total.claims, 1, {})
        table.sort(totals, function(a, b) return a.d1 < b.d1 or a.d1 == b.d1 and a.id < b.id end)
        check_chains(items, starts, totals, false, out)
        check_rises(incs, total.claims, out)
        check_unstated(s.claims, totals, out)
      end
    end
  end
end

return steps
