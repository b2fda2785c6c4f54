-- shares.lua - fractions against what they are fractions of: 3,000 = 40 % implies 7,500.
--
-- A share times its base stands for the count, at the day of the share, and is compared with the row's own count and with
-- all others. Shares of one thing are compared with each other, also those that follow from two counts of one author.
local found = require "muster.audit.found"
local read = require "muster.audit.read"

local shares = {}

local most            -- partners that are kept of one claim

-- Shares of which one is less than so many times the other are not worth a word.
local alike = 1.3

-- == sentences ==========================================================================================

local base_words = { casualties = "casualties", deployed = "those deployed", in_combat = "those in combat",
  initial_deployment = "the initial deployment" }

local function of_base(s)
  return s.text .. " of " .. (base_words[s.of] or found.measure(s.of))
end

-- The product and the count of a conflict, wherever they stand.
local function product(one)
  if one.lows[1].s then
    return one.lows[1], one.highs[1], "hi"
  end
  return one.highs[1], one.lows[1], "lo"
end

local function low_high(s, f)
  if f.said == "range" then
    return read.number(s.nom * f.low) .. "-" .. read.number(s.nom * f.high)
  end
  return read.number(s.nom * f.nom)
end

local function say_own(one)
  local p, count, side = product(one)
  local reading, room = one.verdict == found.CANNOT and "1" or "2", ""
  if found.bound(count, side, one.verdict) ~= "" then
    local upper = side == "hi"
    room = (" (%s %s)"):format(not upper and "at least" or reading == "1" and "at most" or "hardly above",
      read.number(found.value(count, side .. reading) / p.s[(upper and "lo" or "hi") .. reading]))
  end
  return ("%s, %s, implies about %s%s; %s%s: %s of that is %s."):format(found.say_claim(count.c), of_base(p.s),
    read.number(count.c.nom / p.s.nom), room, found.say_claim(p.c),
    found.bound({ c = p.c }, side == "hi" and "lo" or "hi", one.verdict), p.s.text, low_high(p.s, p.c))
end

local function say_product(one)
  local p, count, side = product(one)
  local share, base = p.s.c.origin .. ", " .. p.s.c.when, p.c.origin .. ", " .. p.c.when
  return ("%s of %s = %s %s (%s) against %s%s."):format(p.s.text, p.c.text, low_high(p.s, p.c), found.subject(p.s.c),
    share == base and share or "the share: " .. share .. "; the base: " .. base, found.say_claim(count.c),
    found.bound(count, side, one.verdict))
end

-- == what a share is a share of =========================================================================

-- The contingent that was sent first: the earliest claim of troops sent that names one.
local function initial_contingent(order, o)
  if o.initial then
    return o.initial
  end
  local first
  for _, s in ipairs(order.list) do
    if s.measure == "dispatched" and s.contingent ~= "all" then
      for _, c in ipairs(s.claims) do
        if not first or c.d2 < first.d2 or c.d2 == first.d2 and c.id < first.id then
          first = c
        end
      end
    end
  end
  return first and first.contingent or "all"
end

-- The day on which another contingent, or the whole force, is first spoken of: until then the first one was the whole.
local function second_day(order, first)
  local day = math.huge
  for _, s in ipairs(order.list) do
    if (s.measure == "dispatched" or s.measure == "in_theatre") and s.contingent ~= first then
      for _, c in ipairs(s.claims) do
        day = math.min(day, c.d1)
      end
    end
  end
  return day
end

-- Calls each(claim, may be a lower bound of the base, may be an upper bound, only unlikely) for the claims of the base.
local function each_base(order, S, s, first, second, each)
  for _, series in ipairs(order.list) do
    local same = series.contingent == S.contingent
    for _, c in ipairs(series.claims) do
      local before, after = c.d2 <= S.d1, c.d1 >= S.d2
      if s.of == "casualties" then
        if same and series.class == "cum" and series.location == S.location
          and (series.measure == "killed_or_wounded" or series.measure == "casualties") then
          each(c, before, after)
        end
      elseif s.of == "deployed" then
        if series.measure == "dispatched" and series.class == "cum" then
          local alone = series.contingent == first and S.d2 < second
          each(c, before and order:contingent_in(series.contingent, S.contingent), after and (same or alone), alone and not same)
        elseif series.measure == "in_theatre" and series.class == "stk" then
          each(c, before and order:contingent_in(series.contingent, S.contingent), false)
        end
      elseif s.of == "initial_deployment" then
        if series.measure == "dispatched" and series.class == "cum" and series.contingent == first then
          each(c, first ~= "all" or before, after)
        end
      elseif series.measure == s.of and same then
        if series.class == "cum" then
          each(c, before, after)
        elseif series.class == "stk" and c.d1 == S.d1 and c.d2 == S.d2 and not c.month then
          each(c, true, true)
        end
      end
    end
  end
end

-- == a share of a base against counts ===================================================================

-- Bounds from `bases` times the share against `counts`; low: the product is the lower side. Each list holds { c, soft }.
local function compare(S, s, bases, counts, low, out)
  local side = low and "lo2" or "hi2"
  local other = low and "hi2" or "lo2"
  local function worse(a, b)
    if low then
      return a > b
    end
    return a < b
  end
  local base, count
  for _, b in ipairs(bases) do
    base = (not base or worse(b.c[side], base.c[side])) and b or base
  end
  for _, k in ipairs(counts) do
    count = (not count or worse(count.c[other], k.c[other])) and k or count
  end
  local function check(b, k)
    local p, q = { c = b.c, s = s }, { c = k.c }
    out:check("share", { low and p or q }, { low and q or p }, { soft = b.soft or k.soft,
      kin = k.c == S and "own share" or "share " .. s.text,
      pivots = { k.c.id }, say = k.c == S and say_own or say_product })
  end
  if not base or not count then
    return
  end
  for _, k in ipairs(counts) do
    for _, b in ipairs(k.c == S and bases or {}) do          -- the row against itself comes first
      if worse(s[side] * b.c[side], k.c[other]) then
        check(b, k)
      end
    end
  end
  if worse(s[side] * base.c[side], count.c[other]) then
    local n, m = 0, 0
    for _, b in ipairs(bases) do
      if n < most and worse(s[side] * b.c[side], count.c[other]) then
        n = n + 1
        check(b, count)
      end
    end
    for _, k in ipairs(counts) do
      if m < most and worse(s[side] * base.c[side], k.c[other]) then
        m = m + 1
        check(base, k)
      end
    end
  end
end

-- One record for each claim: lists of them are made for every share.
local function entry(c)
  c.entry = c.entry or { c = c }
  return c.entry
end

-- Counts that the share's people are at most, or at least.
local function counts_for(order, S)
  local uppers, lowers = {}, {}
  for _, series in ipairs(order.list) do
    if series.class == "cum" or series.class == "inc" then
      local up = series.class == "cum" and order:measure_in(S.measure, series.measure)
        and order:contingent_in(S.contingent, series.contingent) and order:location_in(S.location, series.location)
      local down = order:measure_in(series.measure, S.measure) and order:contingent_in(series.contingent, S.contingent)
        and order:location_in(series.location, S.location)
      for _, c in ipairs((up or down) and series.claims or {}) do
        local month = c.month and S.month and c.d1 == S.d1
        if up and (c == S or c.d1 >= S.d2 or month) then
          uppers[#uppers + 1] = c ~= S and month and { c = c, soft = true } or entry(c)
        end
        if down and (c == S or c.d2 <= S.d1 or month) then
          lowers[#lowers + 1] = c ~= S and month and { c = c, soft = true } or entry(c)
        end
      end
    end
  end
  return uppers, lowers
end

-- == shares of the same thing ===========================================================================

local function percent(low, high)
  local a, b = ("%.0f"):format(100 * low), ("%.0f"):format(100 * high)
  return a == b and a .. " %" or a .. "-" .. b .. " %"
end

-- What an author's two counts of one day make: the dead of the dead and wounded.
local function computed(order)
  local by_key, list = {}, {}
  for _, series in ipairs(order.list) do
    if series.class == "cum" and (series.measure == "killed" or series.measure == "killed_or_wounded") then
      for _, c in ipairs(series.claims) do
        local key = table.concat({ c.origin, c.d1, c.d2, c.contingent, c.location }, "\31")
        by_key[key] = by_key[key] or {}
        by_key[key][series.measure] = c
        if by_key[key].killed and by_key[key].killed_or_wounded then
          list[#list + 1] = by_key[key]
        end
      end
    end
  end
  local out = {}
  for _, pair in ipairs(list) do
    local k, u = pair.killed, pair.killed_or_wounded
    if u.lo1 > 0 and u.hi1 < math.huge and u.nom >= 50 then
      out[#out + 1] = {
        nom = k.nom / u.nom, lo1 = k.lo1 / u.hi1, hi1 = math.min(1, k.hi1 / u.lo1), of = "casualties", c = k, claims = { k, u },
        text = ("%s killed of %s = %s"):format(k.text, u.text, percent(k.nom / u.nom, k.nom / u.nom)),
      }
    end
  end
  return out
end

local function stated(order)
  local list = {}
  for _, c in ipairs(order.all) do
    for _, s in ipairs(c.shares) do
      list[#list + 1] = setmetatable({ claims = { c }, c = c, text = of_base(s) }, { __index = s })
    end
  end
  return list
end

local function say_shares(one)
  local a, b = one.two[1], one.two[2]
  local days = math.abs(a.c.d2 - b.c.d2)
  return ("%s: %s (%s, %s) against %s (%s, %s)%s."):format(found.subject(a.c), a.text, a.c.origin, a.c.when, b.text, b.c.origin,
    b.c.when, days > 0 and (", %d day%s apart"):format(days, days == 1 and "" or "s") or ", of the same day")
end

local function compare_shares(a, b, o, out)
  if a.c == b.c and #a.claims == #b.claims then
    return                     -- two carriers of one claim
  end
  local low, high = a, b
  if a.lo1 < b.lo1 then
    low, high = b, a           -- `low` is the greater share: its lower end matters
  end
  if low.lo1 <= high.hi1 or low.nom < alike * high.nom then
    return
  end
  local apart = math.max(a.c.d1 - b.c.d2, b.c.d1 - a.c.d2, 0)
  local same = a.c.d1 == b.c.d1 and a.c.d2 == b.c.d2 and not a.c.month
  local falls = low.of == "initial_deployment" and low.c.class == "cum" and low.c.d2 <= high.c.d1
  -- the share of a force that is lost rises; of its fall, and of two in the same days, only the former may be the base's doing
  local near = low.of == "casualties" and o.near or low.c.d2 <= high.c.d1 and o.near or o.near / 3
  if same or falls or apart <= near then
    local claims = table.move(low.claims, 1, #low.claims, 1, {})
    table.move(high.claims, 1, #high.claims, #claims + 1, claims)
    local pivots = {}
    for _, one in ipairs { low, high } do
      pivots[#pivots + 1] = #one.claims == 1 and one.c.id or nil
    end
    out:add { rule = "shares", verdict = (same or falls) and found.CANNOT or found.UNLIKELY, claims = claims, two = { low, high },
      gap = 100 * (low.lo1 - high.hi1), ratio = low.nom / high.nom, say = say_shares,
      repair = {
        { claim = low.c.id, text = ("read '%s' as at most %s"):format(low.text, percent(high.hi1, high.hi1)) },
        { claim = high.c.id, text = ("read '%s' as at least %s"):format(high.text, percent(low.lo1, low.lo1)) },
      },
      pivots = pivots }
  end
end

-- == the pass ===========================================================================================

function shares.run(order, out, o)
  most = found.partners(order, 2)
  local list = stated(order)
  if #list > 0 then
    local first = initial_contingent(order, o)
    local second = second_day(order, first)
    for _, c in ipairs(order.all) do
      for _, s in ipairs(c.shares) do
        s.c = c
        local lows, highs, uppers, lowers = {}, {}, counts_for(order, c)
        each_base(order, c, s, first, second, function(b, low, high, soft)
          if b ~= c then
            lows[#lows + 1] = low and entry(b) or nil
            highs[#highs + 1] = high and (soft and { c = b, soft = soft } or entry(b)) or nil
          end
        end)
        if c.class == "cum" then
          compare(c, s, lows, uppers, true, out)
          compare(c, s, highs, lowers, false, out)
        end
      end
    end
  end
  table.move(computed(order), 1, #computed(order), #list + 1, list)
  local by_kind, kinds = {}, {}
  for _, s in ipairs(list) do
    local key = table.concat({ s.c.measure, s.of, s.c.contingent, s.c.location }, "\31")
    if not by_kind[key] then
      by_kind[key] = {}
      kinds[#kinds + 1] = by_kind[key]
    end
    table.insert(by_kind[key], s)
  end
  for _, kind in ipairs(kinds) do
    for i, a in ipairs(kind) do
      for j = i + 1, #kind do
        compare_shares(a, kind[j], o, out)
      end
    end
  end
end

return shares
