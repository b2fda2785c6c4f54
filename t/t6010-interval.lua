-- Interval arithmetic: by hand, and that every result of points within the operands stays inside.
local lu = require "lu"
local of = muster.interval.of

function TestInterval_by_hand()
  lu.assertEquals({ (of(2, 3) + of(10, 20)).low, (of(2, 3) + 5).high }, { 12, 8 })
  lu.assertEquals({ (of(10, 20) - of(2, 3)).low, (of(10, 20) - of(2, 3)).high }, { 7, 18 })
  lu.assertEquals({ (of(-2, 3) * of(4, 5)).low, (of(-2, 3) * of(4, 5)).high }, { -10, 15 })
  lu.assertEquals({ (of(3000) / of(10000, 12000)).low, (of(3000) / of(10000, 12000)).high }, { 0.25, 0.3 })
end

function TestInterval_open_ends()
  local more = muster.quantity { qualifier = "more_than", best = 3000 }
  local up_to = muster.quantity { qualifier = "up_to", best = 12000 }
  local share = of(more) / up_to
  lu.assertAlmostEquals(share.low, 3001 / 12000, 1e-15)
  lu.assertEquals(share.high, math.huge)
  lu.assertEquals((of(1, 2) / of(4, math.huge)).low, 0)
  lu.assertEquals((of(0) * of(1, math.huge)).high, 0)
  lu.assertEquals((of(1, math.huge) - of(1, math.huge)).low, -math.huge)
end

-- A point result can never leave the interval result, whatever the points.
function TestInterval_holds_every_point()
  local seed = 1
  local function random()
    seed = (seed * 16807) % 2147483647
    return seed / 2147483647
  end
  for _ = 1, 2000 do
    local a, b = of(random() * 10, 10 + random() * 10), of(1 + random() * 5, 6 + random() * 5)
    local x = a.low + random() * (a.high - a.low)
    local y = b.low + random() * (b.high - b.low)
    for _, case in ipairs { { a + b, x + y }, { a - b, x - y }, { a * b, x * y }, { a / b, x / y } } do
      local v, point = case[1], case[2]
      lu.assertTrue(v.low <= point and point <= v.high)
    end
  end
end

function TestInterval_meet_and_hull()
  lu.assertNil(muster.interval.meet({ low = 6820, high = 7500 }, { low = 10000, high = 12000 }))
  lu.assertEquals(muster.interval.meet({ low = 1, high = 5 }, { low = 3, high = 9 }).low, 3)
  lu.assertEquals(tostring(muster.interval.hull(3, { low = 7, high = 9 }, 5)), "3-9")
end

function TestInterval_as_text()
  local cases = {
    { of(0.25, 0.3), "%", "25-30 %" }, { of(0.25008, math.huge), "%", "at least 25 %" }, { of(0, 0.3636), "%", "up to 36.4 %" },
    { of(7500), nil, "7,500" }, { of(0.0384, 2.408), nil, "0.0384-2.41" }, { of(1234567.8), nil, "1,234,568" },
    { of(0, math.huge), nil, "no bound" }, { of(100, 1000), "days", "100-1,000 days" }, { of(-5, 3), nil, "-5 to 3" },
    { of(0.99999), nil, "1" }, { of(30.01), nil, "30" }, { of(10), nil, "10" }, { of(0.1, 0.1), "%", "10 %" },
  }
  for _, case in ipairs(cases) do
    lu.assertEquals(muster.interval.text(case[1], case[2]), case[3])
  end
end

function TestInterval_refuses()
  lu.fails("low <= high", of, 3, 2)
  lu.fails("denominator", function() return of(1) / of(-1, 1) end)
  lu.fails("expected a number", function() return of(1) + {} end)
end

function TestInterval_with_words_of_probability()
  lu.assertEquals(muster.interval.text(0.62, "%", "icd203"), "62 % (likely, icd203)")
  lu.assertEquals(muster.interval.text({ low = 0.55, high = 0.95 }, "%", "icd203"), "55-95 % (likely to very likely, icd203)")
  lu.assertEquals(muster.interval.text(0.37, "%", "uk"), "37 % (between 'unlikely' and 'realistic possibility', uk)")
  lu.fails("a probability is 0 to 1", muster.interval.text, 3000, nil, "uk")
end

os.exit(lu.run())
