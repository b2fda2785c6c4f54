-- The regret curve: against figures worked out by hand, and against a slow reading of the same square.
local lu = require "lu"
local d, q = muster.date, muster.quantity

local function said(origin, as_of, reported, figure, more)
  local r = { origin = origin, measure = "killed", basis = "cumulative", contingent = "all", as_of = d(as_of), reported = d(reported),
    figure = type(figure) == "table" and q(figure) or type(figure) == "number" and q { best = figure } or figure, credibility = 2 }
  for k, v in pairs(more or {}) do
    r[k] = v
  end
  return r
end

-- Three origins. a says 300 of 13 January at once; b, nine days later, 1,000 of the same day; c is another outlet of a.
local small = muster.table {
  said("a", "2025-01-13", "2025-01-13", 300),
  said("a", "2025-01-13", "2025-01-15", 300, { via = "c" }),
  said("b", "2025-01-13", "2025-01-22", 1000),
  said("a", "2025-02-01", "2025-02-03", { qualifier = "about", best = 1000 }),
  said("a", "2025-02-01", "2025-02-10", { qualifier = "range", low = 1200, high = 1500 }),
}

local function lines(t, columns)
  local list = {}
  for i, row in t:rows() do
    local cells = {}
    for k, name in ipairs(columns) do
      cells[k] = row[name] == nil and "-" or math.type(row[name]) == "float" and ("%.12g"):format(row[name]) or tostring(row[name])
    end
    list[i] = table.concat(cells, " ")
  end
  return list
end

function TestRegret_by_hand()
  local t = muster.regret.curve(small)
  lu.assertEquals(lines(t, { "known", "about", "low", "high", "claims", "origins", "news", "now_low", "now_high", "verdict", "off_by", "corrected", "days" }), {
    "2025-01-13 2025-01-13 300 300 1 1 a 300 1000 too narrow 0 2025-01-22 9",
    "2025-01-22 2025-01-13 300 1000 2 2 b 300 1000 stands 0 2025-01-22 0",
    -- about 1,000 is 900 to 1,100. The later row of the same origin and day is another carrier: the earlier one speaks
    "2025-02-03 2025-02-01 900 1100 3 1 a 900 1100 stands 0 2025-02-03 0",
  })
end

-- What nobody says any more is no number, and no error either.
function TestRegret_a_headline_that_is_gone()
  local t = muster.regret.curve(small, { read = function(rows) return #rows == 1 and rows[1].figure or nil end })
  lu.assertEquals(lines(t, { "known", "low", "now_low", "verdict", "off_by", "corrected", "days" }), { "2025-01-13 300 - dropped - - -" })
end

-- The same day, said of it on each day of news.
function TestRegret_of_a_day()
  local t = muster.table {
    said("a", "2025-01-13", "2025-01-13", 300), said("a", "2025-02-01", "2025-02-03", 1000), said("b", "2025-01-20", "2025-02-05", 2000),
    said("c", "2025-01-20", "2025-03-01", { qualifier = "about", best = 2000 }),
  }
  lu.assertEquals(lines(muster.regret.curve(t, { of = "2025-01-25" }),
    { "known", "about", "low", "high", "now_low", "now_high", "verdict", "off_by", "corrected", "days" }), {
    "2025-01-13 2025-01-13 300 300 1800 2200 wrong 1500 2025-03-01 47",
    "2025-02-03 2025-01-13 300 300 1800 2200 wrong 1500 2025-03-01 26",
    "2025-02-05 2025-01-20 2000 2000 1800 2200 too narrow 0 2025-03-01 24",
    "2025-03-01 2025-01-20 1800 2200 1800 2200 stands 0 2025-03-01 0",
  })
  -- 300 of 13 January is no word of the 25th when only five days count
  lu.assertEquals(lines(muster.regret.curve(t, { of = "2025-01-25", within = 5 }), { "known", "low" }), { "2025-02-05 2000", "2025-03-01 1800" })
end

function TestRegret_verdicts()
  local function of(first, second)
    local t = muster.table { said("a", "2025-01-13", "2025-01-13", first), said("b", "2025-01-14", "2025-01-20", second) }
    local row = muster.regret.curve(t, { of = "2025-01-31" })[1]
    return row.verdict, row.off_by
  end
  local function range(low, high)
    return { qualifier = "range", low = low, high = high }
  end
  lu.assertEquals({ of(range(1, 5), range(1, 5)) }, { "stands", 0 })
  lu.assertEquals({ of(range(1, 5), range(2, 4)) }, { "covers", 0 })
  lu.assertEquals({ of(range(2, 4), range(1, 5)) }, { "too narrow", 0 })
  lu.assertEquals({ of(range(1, 4), range(2, 5)) }, { "overlaps", 0 })
  lu.assertEquals({ of(range(1, 2), range(5, 6)) }, { "wrong", 3 })
  lu.assertEquals({ of(range(5, 6), range(1, 2)) }, { "wrong", 3 })
  lu.assertEquals({ of(range(1, 10), { qualifier = "more_than", best = 4 }) }, { "overlaps", 0 })
end

-- A month is any of its days: on 15 January it is as new as what is said of the 15th.
function TestRegret_months()
  local t = muster.table {
    said("a", "2025-01-31", "2025-01-31", 4000, { flags = "month_level" }), said("b", "2025-01-15", "2025-01-22", 1000),
  }
  lu.assertEquals(lines(muster.regret.curve(t, { of = "2025-01-15" }), { "known", "about", "low", "high" }),
    { "2025-01-22 2025-01-15 1000 1000", "2025-01-31 2025-01-15 1000 4000" })
end

function TestRegret_other_readings()
  local t = muster.table {
    said("a", "2025-01-13", "2025-01-13", 300), said("b", "2025-01-14", "2025-01-20", 700), said("a", "2025-01-21", "2025-01-21", 500),
  }
  local function low_high(read, more)
    more = more or {}
    more.read = read
    return lines(muster.regret.curve(t, more), { "low", "high" })
  end
  lu.assertEquals(low_high "newest", { "300 300", "700 700", "500 500" })
  lu.assertEquals(low_high "origins", { "300 300", "300 700", "500 700" })
  lu.assertEquals(low_high "all", { "300 300", "300 700", "300 700" })
  lu.assertEquals(low_high "count_distinct(origin)", { "1 1", "2 2", "2 2" })
  lu.assertEquals(low_high "max(figure)", { "300 300", "700 700", "700 700" })
  lu.assertEquals(low_high(function(rows, day) return #rows + day.day end), { "14 14", "22 22", "24 24" })
  lu.assertEquals(low_high(function(rows) return #rows > 1 and { low = 1, high = #rows } or nil end), { "1 2", "1 3" })
end

function TestRegret_policy_is_named()
  local t = muster.table { said("a", "2025-01-13", "2025-01-13", { qualifier = "range", low = 10, high = 20 }),
    said("a", "2025-01-14", "2025-01-14", { qualifier = "more_than", best = 30 }) }
  local curve = muster.regret.curve(t, { policy = "midpoint" })
  lu.assertEquals(lines(curve, { "point", "policy" }), { "15 midpoint", "- midpoint" })
  lu.assertNotStrContains(table.concat(muster.regret.curve(t):names(), " "), "point")
  lu.assertFalse((pcall(muster.regret.curve, t, { policy = "middle" })))
end

local function fails(text, ...)
  local ok, why = pcall(muster.regret.curve, ...)
  lu.assertFalse(ok)
  lu.assertStrContains(why, text)
end

function TestRegret_messages()
  local t = muster.table { said("a", "2025-01-13", "2025-01-13", 300), said("a", "2025-01-13", "2025-01-13", 300, { measure = "wounded" }) }
  fails("option 'measure' has to name one: killed, wounded", t)
  fails("no claims with measure 'kiled'; did you mean 'killed'?", t, { measure = "kiled" })
  fails("no reading 'newst'; did you mean 'newest'?", small, { read = "newst" })
  fails("a reading gives a number", small, { read = function() return "many" end })
  fails("no column 'origin'", muster.table { n = { 1 } })
end

-- == against a slow reading ==

local function make(n, seed)
  local state = seed
  local function draw(k)
    state = (state * 1103515245 + 12345) % 2147483648
    return state // 65536 % k
  end
  local rows = {}
  for i = 1, n do
    local as_of = d "2025-01-01" + draw(60)
    local low = 100 * (1 + draw(30))
    rows[i] = said("o" .. draw(4), tostring(as_of), tostring(as_of + draw(25)), { qualifier = "range", low = low, high = low + 100 * draw(5) },
      { as_of = as_of, credibility = 1 + draw(3) })
  end
  return rows
end

-- What was said up to a day of knowledge of the newest day up to another: by the definition, row by row.
local function slowly(rows, known, day, near)
  near = near or 0
  local speaks, newest = {}, nil
  for _, row in ipairs(rows) do
    if row.reported <= known then
      local key = row.origin .. tostring(row.as_of)
      local before = speaks[key]
      if not before or row.credibility < before.credibility or row.credibility == before.credibility and row.reported < before.reported then
        speaks[key] = row
      end
    end
  end
  for _, row in pairs(speaks) do
    newest = row.as_of <= day + near and (not newest or row.as_of > newest) and row.as_of or newest
  end
  local low, high
  for _, row in pairs(speaks) do
    if newest and row.as_of <= newest and row.as_of >= newest - near then
      low, high = math.min(low or math.huge, row.figure.low), math.max(high or 0, row.figure.high)
    end
  end
  return low, high
end

function TestRegret_against_a_slow_one()
  for seed = 1, 3 do
    local rows = make(50, seed)
    local t, last = muster.table(rows), d "2026-01-01"
    for _, how in ipairs { {}, { of = "2025-01-20" }, { near = 6 } } do
      local curve, of, near = muster.regret.curve(t, how), how.of and d(how.of), how.near
      lu.assertTrue(#curve > 10)
      for i, row in curve:rows() do
        local day = of or row.known
        lu.assertEquals({ row.low, row.high }, { slowly(rows, row.known, day, near) })
        lu.assertEquals({ row.now_low, row.now_high }, { slowly(rows, last, day, near) })
        local corrected
        for k = i, #curve do
          local low, high = slowly(rows, curve[k].known, day, near)
          corrected = corrected or low and low <= row.now_low and high >= row.now_high and curve[k].known
        end
        lu.assertEquals(row.corrected, corrected)
        lu.assertEquals(row.days, corrected - row.known)
      end
    end
    -- on every day in between the headline is that of the day of news before
    for k = 0, 45 do
      local known = d "2025-01-15" + k
      local before
      for _, row in muster.regret.curve(t, { of = "2025-01-10" }):rows() do
        before = row.known <= known and row or before
      end
      local low, high = slowly(rows, known, d "2025-01-10")
      lu.assertEquals(before and { before.low, before.high } or {}, { low, high })
    end
  end
end

-- A curve that ends earlier has the same headlines up to there: nothing of it depends on what came later.
function TestRegret_does_not_look_ahead()
  for seed = 21, 22 do
    local t = muster.table(make(50, seed))
    local whole = muster.regret.curve(t, { near = 3 })
    for k = 0, 3 do
      local day = d "2025-01-20" + 12 * k
      local part = muster.regret.curve(t:known_by(day), { near = 3 })
      local columns = { "known", "about", "low", "high", "claims", "origins", "news" }
      lu.assertEquals(lines(part, columns), lines(whole:filter('known <= $day', { day = day }), columns))
    end
  end
end

function TestRegret_vintages()
  local rows = make(50, 99)
  local t = muster.regret.vintages(muster.table(rows))
  lu.assertTrue(#t > 100)
  for _, row in t:rows() do
    lu.assertEquals({ row.low, row.high }, { slowly(rows, row.known, row.day) })
    lu.assertTrue(row.day <= row.known)
  end
  lu.assertEquals(#muster.regret.vintages(muster.table(rows), { of = "2025-01-10" }):distinct "day", 1)
end

os.exit(lu.run())
