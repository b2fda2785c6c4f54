-- The true value always lies within the bounds, whatever is computed from claims that are true.
--
-- A world is drawn: who was sent, and of them the killed, wounded, missing and captured up to each of three days. Claims about it are drawn
-- with every qualifier, so that each is true. Then figures are combined at random, as far as they may be, and with them the true numbers:
-- the result's bounds have to hold the true result, and where its codes say what it counts, that has to be what the world counts.
local lu = require "lu"
local q, d = muster.quantity, muster.date

local seed = 20250113
local function random(n)
  seed = (seed * 16807) % 2147483647
  return seed % n
end

local DAYS = { d "2025-01-13", d "2025-02-09", d "2025-03-01" }
local PARTS = { "killed", "seriously_wounded", "lightly_wounded", "missing", "captured" }
local MEASURES = { "killed", "wounded", "seriously_wounded", "lightly_wounded", "missing", "captured", "killed_or_wounded", "irrecoverable",
  "casualties", "killed_or_seriously_wounded", "missing_or_captured", "dispatched" }

-- == worlds =============================================================================================

local function new_world()
  local world, sent = {}, 10 + random(5000)
  local part = {}
  for k = 1, #DAYS do
    world[k] = {}
    for _, name in ipairs(PARTS) do
      part[name] = (part[name] or 0) + random(random(4) == 0 and 1 or 300)
      world[k][name] = part[name]
      sent = sent + part[name]
    end
    world[k].dispatched = sent
  end
  return world
end

local function total(world, measure, day)
  if measure == "dispatched" or measure == "deployed" then
    return world[day].dispatched
  end
  local sum = 0
  for _, name in ipairs(muster.category.parts(measure)) do
    sum = sum + world[day][name]
  end
  return sum
end

local function day_of(date)
  for k, day in ipairs(DAYS) do
    if day == date then
      return k
    end
  end
end

-- What a figure's codes say that it counts; nil when they do not say it.
local function counted(world, figure)
  local last = figure.as_of and day_of(figure.as_of)
  if not last or not figure.measure or figure.basis == "stock" then
    return nil
  end
  local function count(measure)
    if figure.basis == "cumulative" then
      return total(world, measure, last)
    elseif figure.basis == "increment" and figure.since then
      return total(world, measure, last) - total(world, measure, day_of(figure.since - 1))
    end
  end
  local n = count(figure.measure)
  if not figure.base then
    return n
  end
  local of = count(figure.base)
  return of ~= 0 and n / of or nil
end

-- == claims =============================================================================================

-- A figure that x fits, said in some way.
local function said(x, of)
  local function try(qualifier, numbers)
    local spec = { qualifier = qualifier }
    for _, t in ipairs { of, numbers } do
      for name, value in pairs(t) do
        spec[name] = value
      end
    end
    local ok, figure = pcall(q, spec)
    if ok and figure.low <= x and (x < figure.high or x == figure.high and qualifier ~= "nearly") then
      return figure
    end
  end
  local unit = of.base and 0.001 or 1
  local a, b = random(40) * unit, random(40) * unit
  local ways = {
    function() return try("exact", { best = x }) end,
    function() return try("about", { best = of.base and math.floor(x * 100 + 0.5) / 100 or 10 * math.floor(x / 10 + 0.5) }) end,
    function() return try("about", { best = of.base and x or 100 * math.floor(x / 100 + 0.5) }) end,
    function() return try("at_least", { best = math.max(0, x - a) }) end,
    function() return try("more_than", { best = math.max(0, x - unit - a) }) end,
    function() return try("up_to", { best = x + a }) end,
    function() return try("as_many_as", { best = x + a }) end,
    function() return try("less_than", { best = x + unit + a }) end,
    function() return try("nearly", { best = x * (1 + random(10) / 100) + unit }) end,
    function() return try("range", { low = math.max(0, x - a), high = x + b }) end,
    function() return try("verbal", { low = math.max(0, x - a), high = x + b }) end,
  }
  return ways[1 + random(#ways)]() or try("exact", { best = x })
end

-- A total, an increment or a share of the world, with the number behind it.
local function claim(world)
  local measure, last, kind = MEASURES[1 + random(#MEASURES)], 1 + random(#DAYS), random(4)
  if kind == 0 and last > 1 then
    local first = 1 + random(last - 1)
    local x = total(world, measure, last) - total(world, measure, first)
    return { said(x, { measure = measure, basis = "increment", since = DAYS[first] + 1, as_of = DAYS[last] }), x, true }
  elseif kind == 1 then
    local x = total(world, measure, last) / total(world, "dispatched", last)
    return { said(x, { measure = measure, basis = "cumulative", base = random(2) == 0 and "deployed" or "dispatched", as_of = DAYS[last] }), x, true }
  end
  local x = total(world, measure, last)
  return { said(x, { measure = measure, basis = "cumulative", as_of = DAYS[last] }), x, true }
end

-- == pipelines ==========================================================================================

local operations = {
  { "+", function(a, b) return a + b end }, { "-", function(a, b) return a - b end },
  { "*", function(a, b) return a * b end }, { "/", function(a, b) return a / b end },
}

local function inside(figure, x)
  local slack = 1e-9 * math.max(1, math.abs(x))
  return figure.low - slack <= x and x <= figure.high + slack
end

-- Sums of one thing with itself and multiples are true, but no longer counts of this world: parts and wholes are not told by them.
local function is_count(op, a, b, result)
  if not a[3] or not b[3] then
    return false
  elseif op == "+" then
    return a[1].measure ~= b[1].measure and muster.category.relation(a[1].measure, b[1].measure) == "apart" and a[1].as_of == b[1].as_of
      and a[1].since == b[1].since or a[1].basis ~= b[1].basis
  elseif op == "-" then
    return a[1].measure ~= b[1].measure or a[1].basis ~= b[1].basis or a[1].basis == "cumulative" and result.basis == "increment"
  end
  return a[1].as_of == b[1].as_of and a[1].since == b[1].since and result.measure ~= nil
end

function TestSimulation_pipelines()
  local done, refused, told, outside, wrong = { ["+"] = 0, ["-"] = 0, ["*"] = 0, ["/"] = 0 }, 0, 0, {}, {}
  for _ = 1, 700 do
    local world, pool = new_world(), {}
    for k = 1, 10 do
      pool[k] = claim(world)
      if not inside(pool[k][1], pool[k][2]) then
        outside[#outside + 1] = "a claim: " .. tostring(pool[k][1])
      end
    end
    for _ = 1, 150 do
      local op = operations[1 + random(4)]
      local a, b = pool[1 + random(#pool)], pool[1 + random(#pool)]
      local with_number = random(6) == 0
      if with_number or not (a[3] and b[3]) then
        local n = 1 + random(9)
        b = { n, n, false }
      end
      if not (op[1] == "/" and b[2] == 0) then
        local ok, result = pcall(op[2], a[1], b[1])
        if ok then
          local x = op[2](a[2], b[2])
          done[op[1]] = done[op[1]] + 1
          if not inside(result, x) then
            outside[#outside + 1] = ("%s (%g) %s %s (%g) = %s, not %g"):format(tostring(a[1]), a[2], op[1], tostring(b[1]), b[2], tostring(result), x)
          end
          local count = type(b[1]) ~= "number" and is_count(op[1], a, b, result)
          local want = count and counted(world, result)
          if want then
            told = told + 1
            if math.abs(want - x) > 1e-9 * math.max(1, math.abs(x)) then
              wrong[#wrong + 1] = ("%s %s %s: %s %s is %g, not %g"):format(a[1].measure, op[1], b[1].measure, result.measure, result.basis or "", want, x)
            end
          end
          if #pool < 40 then
            pool[#pool + 1] = { result, x, want ~= nil and want }
          end
        else
          refused = refused + 1
          if tostring(result):find "cannot both be true" then
            wrong[#wrong + 1] = tostring(result)
          end
        end
      end
    end
  end
  lu.assertEquals(table.concat(outside, "\n"), "")
  lu.assertEquals(table.concat(wrong, "\n"), "")
  for op, n in pairs(done) do
    lu.assertTrue(n > 1000, ("only %d times %s"):format(n, op))
  end
  lu.assertTrue(told > 500, ("only %d results were told"):format(told))
  lu.assertTrue(refused > 1000)
end

-- == verbs ==============================================================================================

function TestSimulation_verbs()
  local outside, n = {}, 0
  local function check(what, figure, x)
    n = n + 1
    if not inside(figure, x) then
      outside[#outside + 1] = ("%s: %s does not hold %g"):format(what, tostring(figure), x)
    end
  end
  for _ = 1, 150 do
    local rows, sum, least, most = {}, {}, {}, {}
    local world = new_world()
    -- the casualties of several contingents in parts that have nobody in common, some without a figure
    local groups = { { "killed", "wounded" }, { "killed_or_wounded", "missing", "captured" }, { "killed" } }
    for g, measures in ipairs(groups) do
      sum[g] = 0
      for _ = 1, 1 + random(8) do
        local measure = measures[1 + random(#measures)]
        local x = total(new_world(), measure, 1 + random(3))
        sum[g] = sum[g] + x
        if g == 3 then
          least[g], most[g] = math.min(least[g] or x, x), math.max(most[g] or x, x)
        end
        rows[#rows + 1] = { g = g, f = (random(8) > 0 or g == 3) and said(x, { measure = measure, basis = "cumulative", as_of = DAYS[1] }) or nil }
      end
      rows[#rows + 1] = { g = g, f = said(0, { measure = measures[1], basis = "cumulative", as_of = DAYS[1] }) }
    end
    local t = muster.table(rows, { "g", "f" })
    local by = t:group_by("g"):agg "s = sum(f)"
    for i = 1, #by do
      check("sum", by[i].s, sum[by[i].g])
    end
    local ends = t:filter("g == 3"):agg("a = min(f)", "b = max(f)")
    check("min", ends[1].a, math.min(least[3], 0))
    check("max", ends[1].b, most[3])
    -- what is left of a whole, a share of it, and back; the same day joined
    local day = 1 + random(3)
    local function on(measure, basis) return said(total(world, measure, day), { measure = measure, basis = basis, as_of = DAYS[day] }) end
    local left = muster.table { { day = DAYS[day], kw = on("killed_or_wounded", "cumulative"), sent = on("dispatched", "cumulative") } }
    local both = left:join(muster.table { { day = DAYS[day], killed = on("killed", "cumulative") } }, "day")
    local r = both:derive("rest = kw - killed", "share = killed / sent", "again = share * sent", "both = killed + rest")[1]
    local killed, sent = total(world, "killed", day), total(world, "dispatched", day)
    check("rest", r.rest, total(world, "wounded", day))
    check("share", r.share, killed / sent)
    check("share of those sent", r.again, killed)
    check("killed and the rest", r.both, total(world, "killed_or_wounded", day))
    -- a crosswalk that holds on every day
    local low, high = 1, 0
    for k = 1, #DAYS do
      local whole = total(world, "killed_or_wounded", k)
      local share = whole > 0 and total(world, "killed", k) / whole or 0.5
      low, high = math.min(low, share), math.max(high, share)
    end
    local cw = muster.crosswalk { from = "killed_or_wounded", to = "killed", low = math.max(0, low - random(9) / 100),
      high = math.min(1, high + random(9) / 100), source = "the world" }
    local walked = both:derive("killed_by = kw * $cw", { cw = cw })[1]
    check("crosswalk", walked.killed_by, killed)
    if cw.high > 0 then
      local ok, whole = pcall(cw.apply, cw, r.killed)
      if ok then
        check("crosswalk back", whole, total(world, "killed_or_wounded", day))
      end
    end
  end
  lu.assertEquals(table.concat(outside, "\n"), "")
  lu.assertTrue(n > 1500, ("%d results"):format(n))
end

os.exit(lu.run())
