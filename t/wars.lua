-- wars.lua - invented wars for the tests of the audit: what happened is a process of its own, days of arrivals, losses and
-- returns; what origins print of it is consistent with it. And contradictions to put into them.
local q, d = muster.quantity, muster.date

-- A generator of our own (Park and Miller), so that a seed means the same everywhere.
local state
local function seeded(n)
  state = (n * 7919 + 13) % 2147483646 + 1
  for _ = 1, 5 do
    state = state * 16807 % 2147483647
  end
end
local function uniform()
  state = state * 16807 % 2147483647
  return state / 2147483647
end
local function int(a, b) return a + math.floor(uniform() * (b - a + 1)) end
local function one_of(list) return list[int(1, #list)] end

-- == what happened ======================================================================================

local start = d "2024-03-01"
local waves = { "first", "second", "third" }

-- The state of each wave at the end of each day.
local function war(n)
  seeded(n)
  local days = int(200, 420)
  local truth, w = { days = days, waves = {} }, int(1, 3)
  for k = 1, w do
    local wave = { name = waves[k], size = int(15, 120) * 100 + int(0, 99), from = 1 + (k - 1) * int(60, 90), arriving = int(10, 40), by_day = {} }
    local hazard, dead, home, caught = 0.0004 + uniform() * 0.004, 0.1 + uniform() * 0.35, uniform() * 0.5, uniform() * 0.0001
    local s = { sent = 0, killed = 0, seriously = 0, lightly = 0, withdrawn = 0, captured = 0 }
    for day = 0, days do
      if day >= wave.from and s.sent < wave.size then
        s.sent = math.min(wave.size, s.sent + math.ceil(wave.size / wave.arriving))
      end
      local there = s.sent - s.killed - s.withdrawn - s.captured
      local hit = math.floor(there * hazard * (0.3 + 1.4 * uniform()) + uniform())
      hit = math.min(hit, math.max(0, s.sent - s.killed - s.seriously - s.lightly - s.captured))
      local killed = math.floor(hit * dead + uniform())
      killed = math.min(killed, hit)
      local serious = math.floor((hit - killed) * 0.4 + uniform())
      serious = math.min(serious, hit - killed)
      s.killed, s.seriously, s.lightly = s.killed + killed, s.seriously + serious, s.lightly + hit - killed - serious
      local back = math.floor(serious * home)
      s.withdrawn = s.withdrawn + math.max(0, math.min(back, there - hit))
      if uniform() < caught * there and there > hit + back + 1 then
        s.captured = s.captured + 1
      end
      wave.by_day[day] = { sent = s.sent, killed = s.killed, seriously = s.seriously, lightly = s.lightly, withdrawn = s.withdrawn,
        captured = s.captured, present = s.sent - s.killed - s.withdrawn - s.captured }
    end
    truth.waves[k] = wave
  end
  return truth
end

local made_of = {
  killed = { "killed" }, wounded = { "seriously", "lightly" }, killed_or_wounded = { "killed", "seriously", "lightly" },
  killed_or_seriously_wounded = { "killed", "seriously" }, dispatched = { "sent" }, in_theatre = { "present" },
  withdrawn = { "withdrawn" }, captured = { "captured" },
}

local function at(truth, measure, contingent, day)
  local sum = 0
  for _, wave in ipairs(truth.waves) do
    if contingent == "all" or wave.name == contingent then
      for _, part in ipairs(made_of[measure]) do
        sum = sum + wave.by_day[day][part]
      end
    end
  end
  return sum
end

-- == what is printed ====================================================================================

local function round_to(x, place) return math.floor(x / place + 0.5) * place end

local function places(x)
  return x < 100 and { 1 } or x < 1000 and { 1, 10, 50 } or x < 4000 and { 1, 10, 100 } or { 1, 100, 500 }
end

-- A true statement about x: the author takes the nearest round number and a hedge that goes with its side.
local function hedge(x)
  local place = one_of(places(x))
  local near = round_to(x, place)
  local kind = one_of { "exact", "about", "about", "about", "bound", "bound", "range" }
  if x < 20 or kind == "exact" then
    return q { qualifier = "exact", best = x }
  elseif kind == "about" then
    return q { qualifier = "about", best = near }
  elseif kind == "range" then
    return q { qualifier = "range", low = math.max(0, x // place * place - place), high = x // place * place + place }
  elseif near == x then
    return q { qualifier = one_of { "at_least", "up_to", "as_many_as" }, best = x }
  end
  return q { qualifier = one_of(near < x and { "at_least", "more_than" } or { "up_to", "as_many_as", "nearly" }), best = near }
end

local function on(day) return start + day end

local function row(origin, measure, basis, contingent, day, figure, more)
  local r = { origin = origin, measure = measure, basis = basis, contingent = contingent, location = "front", as_of = on(day),
    reported = on(day + int(0, 20)), figure = figure, credibility = int(2, 4), via = "v" .. int(1, 9), flags = nil }
  for k, v in pairs(more or {}) do
    r[k] = v
  end
  return r
end

local losses = { "killed", "wounded", "killed_or_wounded", "killed_or_wounded", "killed_or_seriously_wounded" }

-- The tables of claims of a war: every row is true of it.
local function claims_of(truth, n)
  local dep, cas, cap = {}, {}, {}
  local names = { "all" }
  for _, wave in ipairs(truth.waves) do
    names[#names + 1] = #truth.waves > 1 and wave.name or nil
  end
  local function add(list, r)
    list[#list + 1] = r
    return r
  end
  for _ = 1, n do
    local origin, day, contingent = "o" .. int(1, 7), int(40, truth.days), uniform() < 0.7 and "all" or one_of(names)
    local what = uniform()
    if what < 0.2 then
      add(dep, row(origin, "dispatched", "cumulative", contingent, day, hedge(at(truth, "dispatched", contingent, day))))
    elseif what < 0.3 then
      add(dep, row(origin, "in_theatre", "stock", contingent, day, hedge(at(truth, "in_theatre", contingent, day))))
    elseif what < 0.36 then
      add(dep, row(origin, "withdrawn", "cumulative", contingent, day, hedge(at(truth, "withdrawn", contingent, day))))
    elseif what < 0.4 then
      add(cap, row(origin, "captured", "cumulative", "all", day, q { best = at(truth, "captured", "all", day) }))
    elseif what < 0.5 then
      local since = int(20, day - 10)
      local m = one_of { "killed", "wounded", "killed_or_wounded" }
      local x = at(truth, m, "all", day) - at(truth, m, "all", since - 1)
      add(cas, row(origin, m, "increment", "all", day, hedge(x), { since = on(since) }))
    elseif what < 0.53 then
      local m = "killed"
      add(cas, row(origin, m, "increment", "all", day, hedge(at(truth, m, "all", day) - at(truth, m, "all", day - int(1, 30)))))
    elseif what < 0.56 then
      local later = math.min(truth.days, day + int(60, 150))
      local more = at(truth, "dispatched", "all", later) - at(truth, "dispatched", "all", day)
      if more > 500 then
        add(dep, row(origin, "planned", "increment", "all", day, hedge(more)))
      end
    elseif what < 0.66 then
      -- a share, rounded to a percent, with its count or alone
      local m, of = "killed_or_wounded", one_of { "deployed", "casualties" }
      m = of == "casualties" and "killed" or m
      local x, base = at(truth, m, "all", day), at(truth, of == "deployed" and "dispatched" or "killed_or_wounded", "all", day)
      local s = base > 0 and math.floor(100 * x / base + 0.5) / 100 or 0
      if s >= 0.1 and x > 50 then
        local figure = uniform() < 0.5 and hedge(x) or nil
        add(cas, row(origin, m, "cumulative", "all", day, figure, { share = s, share_of = of, flags = not figure and "share_only" or nil,
          qualifier = "about" }))
      end
    elseif what < 0.72 then
      -- the three figures of one briefing
      for _, m in ipairs { "killed", "wounded", "killed_or_wounded" } do
        add(cas, row(origin, m, "cumulative", "all", day, hedge(at(truth, m, "all", day))))
      end
    else
      local m = one_of(losses)
      local r = row(origin, m, "cumulative", contingent, day, hedge(at(truth, m, contingent, day)))
      if uniform() < 0.1 then         -- only the month is told
        local last = r.as_of
        while (last + 1).month == r.as_of.month do
          last = last + 1
        end
        r.as_of, r.reported, r.flags = last, last + 5, "month_level"
      end
      add(cas, r)
    end
  end
  return dep, cas, cap
end

local columns = { "origin", "measure", "basis", "contingent", "location", "as_of", "reported", "since", "figure", "share", "share_of",
  "qualifier", "credibility", "via", "flags" }

local function audit(dep, cas, cap, options)
  local function t(rows) return #rows > 0 and muster.table(rows, columns) or nil end
  return muster.audit(t(dep), t(cas), t(cap), options)
end

-- One claim for each key: a second random row of the same origin, day and measure would be a carrier of the first.
local function distinct(rows)
  local seen, out = {}, {}
  for _, r in ipairs(rows) do
    local key = table.concat({ r.origin, r.measure, tostring(r.as_of), r.basis, r.contingent }, " ")
    if not seen[key] then
      seen[key], out[#out + 1] = true, r
    end
  end
  return out
end

local function clean(n)
  local truth = war(n)
  local dep, cas, cap = claims_of(truth, int(20, 70))
  return truth, distinct(dep), distinct(cas), distinct(cap)
end

-- == contradictions that are put in ======================================================================

-- A figure that is read narrowly, so that the size of the contradiction is the one that was put in.
local function said(x)
  x = math.floor(x + 0.5)
  if x >= 1000 then
    x = round_to(x, 10)
  end
  return uniform() < 0.5 and q { qualifier = "about", best = x } or q { qualifier = "exact", best = x }
end

local function late(truth) return int(truth.days // 2, truth.days - 30) end

-- A day on which `test(day)` holds, or nil.
local function day_when(from, to, test)
  for _ = 1, 60 do
    local day = int(from, to)
    if test(day) then
      return day
    end
  end
  return nil
end

-- name = { rules that may tell it, function(truth, dep, cas, cap) that adds rows and gives the planted one, or nil when this
-- war does not lend itself }
local plants = {
  same = { { "same" }, function(truth, _, cas)
    local day = late(truth)
    local x = at(truth, "killed_or_wounded", "all", day)
    if x >= 100 then
      cas[#cas + 1] = row("p1", "killed_or_wounded", "cumulative", "all", day, said(x))
      return row("p2", "killed_or_wounded", "cumulative", "all", day, said(x * (1.5 + uniform()))), cas
    end
  end },
  growth = { { "growth" }, function(truth, _, cas)
    local day = late(truth)
    local x = at(truth, "killed", "all", day)
    if x >= 100 then
      cas[#cas + 1] = row("p1", "killed", "cumulative", "all", day, said(x))
      return row("p2", "killed", "cumulative", "all", day + int(1, 30), said(x * (0.3 + 0.3 * uniform()))), cas
    end
  end },
  part = { { "part" }, function(truth, _, cas)
    local day = late(truth)
    local x = at(truth, "killed_or_wounded", "all", day)
    if x >= 100 then
      cas[#cas + 1] = row("p1", "killed_or_wounded", "cumulative", "all", day, said(x))
      return row("p2", one_of { "killed", "wounded" }, "cumulative", "all", day - int(0, 30), said(x * (1.4 + uniform()))), cas
    end
  end },
  two_steps = { { "part", "flow", "contingents" }, function(truth, dep, cas)      -- the dead of one wave above all that were sent
    local day = late(truth)
    local x = at(truth, "dispatched", "all", day)
    dep[#dep + 1] = row("p1", "dispatched", "cumulative", "all", day, said(x))
    return row("p2", one_of { "killed", "killed_or_seriously_wounded" }, "cumulative", "first", day - int(0, 20), said(x * 1.5)), cas
  end },
  sum = { { "sum" }, function(truth, _, cas)
    local day = day_when(truth.days // 2, truth.days, function(t)
      local k, w = at(truth, "killed", "all", t), at(truth, "wounded", "all", t)
      return k >= 0.25 * w and k >= 60 and w >= 60
    end)
    if day then
      local k, w = at(truth, "killed", "all", day), at(truth, "wounded", "all", day)
      cas[#cas + 1] = row("p1", "killed", "cumulative", "all", day, said(k))
      cas[#cas + 1] = row("p1", "killed_or_wounded", "cumulative", "all", day, said(k + w))
      return row("p1", "wounded", "cumulative", "all", day, said(k + w)), cas      -- the total read as wounded
    end
  end },
  cover = { { "sum" }, function(truth, _, cas)
    local day = day_when(truth.days // 2, truth.days, function(t) return at(truth, "killed", "all", t) >= 60 and at(truth, "wounded", "all", t) >= 60 end)
    if day then
      cas[#cas + 1] = row("p1", "killed", "cumulative", "all", day, said(at(truth, "killed", "all", day)))
      cas[#cas + 1] = row("p2", "wounded", "cumulative", "all", day, said(at(truth, "wounded", "all", day)))
      return row("p3", "killed_or_wounded", "cumulative", "all", day, said(1.6 * at(truth, "killed_or_wounded", "all", day))), cas
    end
  end },
  contingents = { { "contingents" }, function(truth, dep)
    if #truth.waves > 1 then
      local day = truth.days
      local a, b = at(truth, "dispatched", "first", day), at(truth, "dispatched", "second", day)
      if math.min(a, b) > 0.4 * math.max(a, b) then
        dep[#dep + 1] = row("p1", "dispatched", "cumulative", "first", day, said(a))
        dep[#dep + 1] = row("p1", "dispatched", "cumulative", "second", day, said(b))
        return row("p1", "dispatched", "cumulative", "all", day, said(1.08 * math.max(a, b))), dep
      end
    end
  end },
  increment = { { "increment" }, function(truth, _, cas)
    local day = late(truth)
    local x = at(truth, "killed_or_wounded", "all", day)
    local before = day_when(40, day - 5, function(t) return at(truth, "killed_or_wounded", "all", t) >= 0.4 * x end)
    if before and x >= 150 then
      cas[#cas + 1] = row("p1", "killed_or_wounded", "cumulative", "all", before, said(at(truth, "killed_or_wounded", "all", before)))
      cas[#cas + 1] = row("p2", "killed_or_wounded", "cumulative", "all", day, said(x))
      return row("p3", "killed_or_wounded", "increment", "all", day - 1, said(0.9 * x), { since = on(before + 1) }), cas
    end
  end },
  flow = { { "flow" }, function(truth, dep, cas)
    local day = day_when(truth.days // 2, truth.days, function(t)
      return at(truth, "killed", "all", t) + at(truth, "withdrawn", "all", t) >= 0.12 * at(truth, "dispatched", "all", t)
    end)
    if day then
      local sent = at(truth, "dispatched", "all", day)
      dep[#dep + 1] = row("p1", "dispatched", "cumulative", "all", day, said(sent))
      dep[#dep + 1] = row("p2", "withdrawn", "cumulative", "all", day, said(at(truth, "withdrawn", "all", day)))
      cas[#cas + 1] = row("p2", "killed", "cumulative", "all", day, said(at(truth, "killed", "all", day)))
      return row("p3", "in_theatre", "stock", "all", day, said(0.985 * sent)), dep
    end
  end },
  share = { { "share" }, function(truth, dep, cas)
    local day = late(truth)
    local x, sent = at(truth, "killed_or_wounded", "all", day), at(truth, "dispatched", "all", day)
    local s = math.floor(100 * x / sent * 1.7 + 0.5) / 100
    if s >= 0.1 and s <= 1 and x >= 100 then
      dep[#dep + 1] = row("p1", "dispatched", "cumulative", "all", day, said(sent))
      return row("p1", "killed_or_wounded", "cumulative", "all", day, said(x), { share = s, share_of = "deployed" }), cas
    end
  end },
  share_alone = { { "share" }, function(truth, dep, cas)
    local day = late(truth)
    local x, sent = at(truth, "killed_or_wounded", "all", day), at(truth, "dispatched", "all", day)
    local s = math.floor(100 * x / sent * 1.8 + 0.5) / 100
    if s >= 0.1 and s <= 1 and x >= 100 then
      dep[#dep + 1] = row("p1", "dispatched", "cumulative", "all", day - int(0, 5), said(at(truth, "dispatched", "all", day)))
      cas[#cas + 1] = row("p2", "killed_or_wounded", "cumulative", "all", day + int(0, 3), said(x))
      return row("p3", "killed_or_wounded", "cumulative", "all", day, nil, { share = s, share_of = "deployed", flags = "share_only",
        qualifier = "about" }), cas
    end
  end },
  shares = { { "shares" }, function(truth, _, cas)
    local day = day_when(truth.days // 2, truth.days, function(t)
      return at(truth, "killed", "all", t) >= 40 and at(truth, "killed", "all", t) >= 0.1 * at(truth, "killed_or_wounded", "all", t)
    end)
    if day then
      local s = math.floor(100 * at(truth, "killed", "all", day) / at(truth, "killed_or_wounded", "all", day) + 0.5) / 100
      cas[#cas + 1] = row("p1", "killed", "cumulative", "all", day, nil, { share = s, share_of = "casualties", flags = "share_only", qualifier = "about" })
      return row("p2", "killed", "cumulative", "all", day, nil, { share = math.min(0.95, s * 2), share_of = "casualties",
        flags = "share_only", qualifier = "about" }), cas
    end
  end },
  pace = { { "pace" }, function(truth, _, cas)
    local a = day_when(60, truth.days // 2, function(t) return at(truth, "killed", "all", t) >= 40 end)
    local b = a and day_when(a + 30, truth.days, function(t)
      return at(truth, "killed_or_wounded", "all", t) >= 1.5 * at(truth, "killed_or_wounded", "all", a)
    end)
    if b then
      local ka, ua, ub = at(truth, "killed", "all", a), at(truth, "killed_or_wounded", "all", a), at(truth, "killed_or_wounded", "all", b)
      if ka <= 0.2 * ua and ub - ua >= 100 then
        cas[#cas + 1] = row("p1", "killed", "cumulative", "all", a, said(ka))
        cas[#cas + 1] = row("p1", "killed_or_wounded", "cumulative", "all", a, said(ua))
        cas[#cas + 1] = row("p1", "killed_or_wounded", "cumulative", "all", b, said(ub))
        return row("p1", "killed", "cumulative", "all", b, said(ka + 0.85 * (ub - ua))), cas
      end
    end
  end },
  carriers = { { "carriers" }, function(truth, _, cas)
    local day = late(truth)
    local x = at(truth, "killed_or_wounded", "all", day)
    if x >= 50 then
      cas[#cas + 1] = row("p1", "killed_or_wounded", "cumulative", "all", day, said(x), { credibility = 2, via = "v1" })
      return row("p1", "killed_or_wounded", "cumulative", "all", day, said(1.5 * x), { credibility = 4, via = "v2" }), cas
    end
  end },
  forecast = { { "forecast" }, function(truth, dep)
    local day = int(30, truth.days - 110)
    dep[#dep + 1] = row("p1", "dispatched", "cumulative", "all", day, said(at(truth, "dispatched", "all", day)))
    dep[#dep + 1] = row("p1", "dispatched", "cumulative", "all", day + 100, said(at(truth, "dispatched", "all", day + 100)))
    return row("p2", "planned", "increment", "all", day, said(3 * at(truth, "dispatched", "all", truth.days))), dep
  end },
  date = { { "date" }, function(truth, _, cas)
    local day = late(truth)
    local r = row("p1", "killed", "cumulative", "all", day, said(at(truth, "killed", "all", day)))
    r.reported = r.as_of - int(1, 30)
    return r, cas
  end },
}

return { clean = clean, plants = plants, audit = audit, distinct = distinct, columns = columns, int = int, one_of = one_of,
  uniform = uniform }
