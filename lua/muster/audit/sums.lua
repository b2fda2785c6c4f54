-- sums.lua - parts against their whole: killed and wounded against both, contingents against the force.
--
-- Measures are sets of parts of the losses, so that the disjoint measures inside a whole, and those that cover it, are found
-- by dynamic programming over sets and not from a list of known sums. For each whole the best claims of each measure are
-- tried first; only when these contradict it is it asked which other claims do.
local category = require "muster.category"
local days = require "muster.audit.days"
local found = require "muster.audit.found"

local sums = {}

local most            -- partners that are kept of one claim
local look_back = 1000                    -- and claims that are looked at for them, the nearest in time

-- == sentences ==========================================================================================

local function terms_text(terms, side, verdict)
  local parts = {}
  for i, t in ipairs(terms) do
    parts[i] = found.say_claim(t.c, t.f) .. found.bound(t, side, verdict)
  end
  return table.concat(parts, " and ")
end

-- "500 + 4,600 = 5,100", with the numbers as printed before the bounds where these differ.
local function arithmetic(terms, side, verdict)
  local key = side .. (verdict == found.CANNOT and "1" or "2")
  local function added(k)
    local parts, sum = {}, 0
    for i, t in ipairs(terms) do
      parts[i] = found.number(found.value(t, k))
      sum = sum + found.value(t, k)
    end
    return #parts > 1 and table.concat(parts, " + ") .. " = " .. found.number(sum) or found.number(sum), sum
  end
  local printed, nominal = added "nom"
  local text, bound = added(key)
  return nominal == bound and text or printed .. (side == "lo" and ", at least " or ", at most ") .. found.number(bound)
end

local function say_parts(one)
  local note = ""
  for _, t in ipairs(one.lows) do
    if t.f and t.f.text == (one.highs[1].f or one.highs[1].c).text then
      note = ("; %s is the figure of the whole, so the total was read as %s"):format(t.f.text, found.measure(t.c.measure))
    end
  end
  return ("%s, against %s%s: the parts make %s, above the whole%s."):format(terms_text(one.lows, "lo", one.verdict),
    found.say_claim(one.highs[1].c), found.bound(one.highs[1], "hi", one.verdict), arithmetic(one.lows, "lo", one.verdict), note)
end

local function say_cover(one)
  return ("%s%s, against %s: together %s, below the whole."):format(found.say_claim(one.lows[1].c),
    found.bound(one.lows[1], "lo", one.verdict), terms_text(one.highs, "hi", one.verdict), arithmetic(one.highs, "hi", one.verdict))
end

-- == sets of parts ======================================================================================

local bit_of, bits = {}, 0

local function mask_of(measure)
  local parts = category.parts(measure)
  if not parts then
    return nil
  end
  local mask = 0
  for _, part in ipairs(parts) do
    if not bit_of[part] then
      bit_of[part], bits = 1 << bits, bits + 1
    end
    mask = mask | bit_of[part]
  end
  return mask
end

-- The subsets of `full`, the smaller first.
local function subsets(full)
  local list, sub = {}, full
  repeat
    list[#list + 1] = sub
    sub = (sub - 1) & full
  until sub == full
  table.sort(list)
  return list
end

-- best[set] = { sum, claims } of disjoint measures inside the set with the greatest sum of lo2.
local function packings(full, items)
  local best = { [0] = { 0, {} } }
  for _, set in ipairs(subsets(full)) do
    local top = best[set] or { 0, {} }
    for _, item in ipairs(items) do
      if item.mask & ~set == 0 then
        local rest = best[set & ~item.mask]
        local sum = rest[1] + item.value
        if sum > top[1] then
          local terms = table.move(rest[2], 1, #rest[2], 1, {})
          terms[#terms + 1] = item.term
          top = { sum, terms }
        end
      end
    end
    best[set] = top
  end
  return best
end

-- cover[set] = the cheapest measures (sum of hi2) that hold everybody in the set; nil when none do.
local function covers(full, items)
  local best = { [0] = { 0, {} } }
  for _, set in ipairs(subsets(full)) do
    if set ~= 0 then
      local low
      for _, item in ipairs(items) do
        local rest = item.mask & set ~= 0 and best[set & ~item.mask]
        if rest and (not low or rest[1] + item.value < low[1]) then
          local terms = table.move(rest[2], 1, #rest[2], 1, {})
          terms[#terms + 1] = item.term
          low = { rest[1] + item.value, terms }
        end
      end
      best[set] = low
    end
  end
  return best
end

-- == one force in one place: a list of claims with sets, all cumulative, or all of one period ===========

local function append(list, item)
  local out = table.move(list, 1, #list, 1, {})
  out[#out + 1] = item
  return out
end

-- A function(whole) -> for each value of `key` the claim with the greatest lower bound among those not after the whole, and how many
-- these are in `sorted`, by last days. It is asked for wholes whose days do not fall.
local function greatest_by(sorted, key, timed)
  local best, i = {}, 1
  return function(whole)
    while sorted[i] and (not timed or sorted[i].d2 <= whole.d1) do
      local c = sorted[i]
      best[c[key]] = (not best[c[key]] or c.lo2 > best[c[key]].lo2) and c or best[c[key]]
      i = i + 1
    end
    return best, i - 1
  end
end

-- Wholes against their parts. `timed`: days decide which part may belong to which whole.
local function parts_against_wholes(list, timed, out)
  local by_last = days.sorted(list, "d2")
  local wholes = days.sorted(list, "d1")
  local up_to = greatest_by(by_last, "mask", timed)
  for _, U in ipairs(wholes) do
    local best, last = up_to(U)
    local items = {}
    for mask, c in pairs(best) do
      if mask & ~U.mask == 0 and mask ~= U.mask then
        items[#items + 1] = { mask = mask, value = c.lo2, term = { c = c } }
      end
    end
    if #items > 1 then
      table.sort(items, function(a, b) return a.mask < b.mask end)
      local pack = packings(U.mask, items)
      if pack[U.mask][1] > U.hi2 then
        out:check("sum", pack[U.mask][2], { { c = U } }, { say = say_parts })
        local n = 0
        for k = last, math.max(1, last + 1 - look_back), -1 do      -- which other claims are part of a contradiction with this whole
          local c = by_last[k]
          if n == most then
            break
          elseif c.mask & ~U.mask == 0 and c.mask ~= U.mask and c.lo2 <= U.hi2 then
            local rest = pack[U.mask & ~c.mask]
            if c.lo2 + rest[1] > U.hi2 then
              local keep = { c = c }
              n = n + 1
              out:check("sum", append(rest[2], keep), { { c = U } }, { say = say_parts, keep = keep })
            end
          end
        end
      end
    end
  end
end

-- Claims against the measures that cover them.
local function wholes_against_covers(list, timed, out)
  local by_first = days.sorted(list, "d1", true)
  local wholes = days.sorted(list, "d2", true)
  local best, i = {}, 1
  for _, L in ipairs(wholes) do
    while by_first[i] and (not timed or by_first[i].d1 >= L.d2) do
      local c = by_first[i]
      best[c.mask] = (not best[c.mask] or c.hi2 < best[c.mask].hi2) and c or best[c.mask]
      i = i + 1
    end
    local items = {}
    for mask, c in pairs(best) do
      if mask & L.mask ~= 0 and L.mask & ~mask ~= 0 then
        items[#items + 1] = { mask = mask, value = c.hi2, term = { c = c } }
      end
    end
    if #items > 1 then
      table.sort(items, function(a, b) return a.mask < b.mask end)
      local cover = covers(L.mask, items)
      if cover[L.mask] and cover[L.mask][1] < L.lo2 then
        out:check("sum", { { c = L } }, cover[L.mask][2], { say = say_cover })
        local n = 0
        for k = i - 1, math.max(1, i - look_back), -1 do
          local c = by_first[k]
          local rest = n < most and c.mask & L.mask ~= 0 and L.mask & ~c.mask ~= 0 and cover[L.mask & ~c.mask]
          if rest and c.hi2 + rest[1] < L.lo2 then
            n = n + 1
            out:check("sum", { { c = L } }, append(rest[2], { c = c }), { say = say_cover })
          end
        end
      end
    end
  end
end

-- One author on one day: the sums that a reader checks first, with the figures of all carriers.
local function of_one_day(list, out)
  local groups, order = {}, {}
  for _, c in ipairs(list) do
    local key = c.origin .. "\31" .. c.d1 .. "\31" .. c.d2
    if not groups[key] then
      groups[key] = {}
      order[#order + 1] = groups[key]
    end
    table.insert(groups[key], c)
  end
  for _, group in ipairs(order) do
    if #group > 2 then
      parts_against_wholes(group, false, out)
      wholes_against_covers(group, false, out)
      for _, U in ipairs(group) do
        for _, c in ipairs(group) do
          for k = 2, #c.figures do
            local f = c.figures[k]
            if c.mask & ~U.mask == 0 and c.mask ~= U.mask then
              for _, other in ipairs(group) do
                if other.mask & (c.mask | ~U.mask) == 0 then
                  out:check("sum", { { c = c, f = f }, { c = other } }, { { c = U } }, { say = say_parts })
                end
              end
            end
          end
        end
      end
    end
  end
end

-- == contingents ========================================================================================

-- The contingents below `top` in the claims, as a tree by what is named as containing what.
local function best_parts(order, top, best)
  local names = {}
  for name in pairs(best) do
    if name ~= top and order:contingent_in(name, top) then
      names[#names + 1] = name
    end
  end
  table.sort(names)
  local children = {}
  for _, name in ipairs(names) do
    local parent, parents = top, order:contingents(name)
    for k = #parents, 2, -1 do
      if parents[k] ~= top and best[parents[k]] and order:contingent_in(parents[k], top) then
        parent = parents[k]
      end
    end
    children[parent] = children[parent] or {}
    table.insert(children[parent], name)
  end
  local function go(name)
    local sum, terms = 0, {}
    for _, child in ipairs(children[name] or {}) do
      local s, t = go(child)
      sum = sum + s
      table.move(t, 1, #t, #terms + 1, terms)
    end
    local own = name ~= top and best[name]
    if own and own.lo2 >= sum then
      return own.lo2, { { c = own } }
    end
    return sum, terms
  end
  return go(top)
end

-- Whether the parts are certainly apart: the data say so, or one author prints them beside the whole.
local function apart(order, lows, highs)
  local whole, together = highs[1].c, true
  for i, a in ipairs(lows) do
    together = together and a.c.origin == whole.origin and a.c.d2 == whole.d2
    for k = i + 1, #lows do
      if not order:said_apart(a.c.contingent, lows[k].c.contingent) then
        return together and i == 1 and #lows == 2
      end
    end
  end
  return true
end

local function contingents_against_force(order, list, timed, out)
  local up_to = greatest_by(days.sorted(list, "d2"), "contingent", timed)
  local function sure(lows, highs) return apart(order, lows, highs) end
  for _, U in ipairs(days.sorted(list, "d1")) do
    local sum, terms = best_parts(order, U.contingent, (up_to(U)))
    if #terms > 1 and sum > U.hi2 then
      out:check("contingents", terms, { { c = U } }, { say = say_parts, sure = sure })
    end
  end
end

-- == the pass ===========================================================================================

local function collect(order, key_of)
  local groups, list = {}, {}
  for _, s in ipairs(order.list) do
    for _, c in ipairs(s.claims) do
      local key = key_of(s, c)
      if key then
        if not groups[key] then
          groups[key] = { timed = s.class == "cum" }
          list[#list + 1] = groups[key]
        end
        table.insert(groups[key], c)
      end
    end
  end
  return list
end

-- What belongs to one time: totals compare by their days, increments of one period and stocks of one day among themselves.
local function time_of(s, c)
  if s.class == "cum" then
    return "cum"
  elseif s.class == "inc" and c.s1 then
    return ("inc %d %d %d"):format(c.s1, c.d1, c.d2)
  elseif s.class == "stk" and not c.month then
    return "stk " .. c.d1
  end
  return nil
end

function sums.run(order, out)
  most = found.partners(order, 2)
  for _, s in ipairs(order.list) do
    for _, c in ipairs(s.claims) do
      c.mask = mask_of(c.measure)
    end
  end
  for _, group in ipairs(collect(order, function(s, c)
    local time = c.mask and time_of(s, c)
    return time and table.concat({ time, s.contingent, s.location }, "\31")
  end)) do
    parts_against_wholes(group, group.timed, out)
    wholes_against_covers(group, group.timed, out)
    of_one_day(group, out)
  end
  for _, group in ipairs(collect(order, function(s, c)
    local time = time_of(s, c)
    return time and table.concat({ time, s.measure, s.location }, "\31")
  end)) do
    contingents_against_force(order, group, group.timed, out)
  end
end

return sums
