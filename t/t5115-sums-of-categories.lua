-- Sums over measures that have no part in common count their union; the order of rows and the number of threads do not matter.
local lu = require "lu"
local q = muster.quantity

local function rows(list)
  local out = {}
  for k, pair in ipairs(list) do
    out[k] = { g = 1, f = pair[1] and q { best = pair[2], measure = pair[1], basis = pair[3] or "cumulative", since = pair[4], as_of = pair[5] } }
  end
  return muster.table(out, { "g", "f" })
end

local function sum(list)
  return rows(list):group_by("g"):agg("s = sum(f)")[1].s
end

function TestSums_of_sets_apart()
  local cases = {
    { { { "killed", 3 }, { "wounded", 4 } }, 7, "killed_or_wounded" },
    { { { "wounded", 4 }, { "killed", 3 } }, 7, "killed_or_wounded" },
    { { { "killed", 3 }, { "wounded", 4 }, { "killed", 10 }, { "wounded", 20 } }, 37, "killed_or_wounded" },
    { { { "seriously_wounded", 1 }, { "lightly_wounded", 2 }, { "killed", 4 }, { "missing", 8 }, { "captured", 16 } }, 31, "casualties" },
    { { { "killed_or_wounded", 5 }, { "missing", 1 }, { "killed_or_wounded", 6 } }, 12, "killed_or_wounded_or_missing" },
    { { { "dead", 5 }, { "killed", 1 } }, 6, "dead" },
    { { { "tanks", 5 }, { "tanks", 1 } }, 6, "tanks" },
  }
  for _, c in ipairs(cases) do
    local s = sum(c[1])
    lu.assertEquals({ s.low, s.high, s.measure, s.basis }, { c[2], c[2], c[3], "cumulative" })
  end
end

function TestSums_of_sets_that_overlap()
  local cases = {
    { { { "killed", 3 }, { "killed_or_wounded", 4 } }, "the killed are already among killed_or_wounded" },
    { { { "killed_or_wounded", 4 }, { "killed", 3 } }, "the killed are already among killed_or_wounded" },
    -- their union is killed_or_wounded, which is no licence to add another one
    { { { "killed", 3 }, { "wounded", 4 }, { "killed_or_wounded", 7 } }, "the killed are already among killed_or_wounded" },
    { { { "killed", 3 }, { "wounded", 4 }, { "seriously_wounded", 7 } }, "the seriously_wounded are already among wounded" },
    { { { "killed", 3 }, { "dispatched", 4 } }, "sum cannot put quantities of 'killed, cumulative' and of 'dispatched, cumulative' together" },
    { { { "killed", 3 }, { "wounded", 4, "increment" } }, "sum cannot put quantities of 'killed, cumulative' and of 'wounded, increment'" },
    { { { "killed", 3 }, { "killed", 4, "stock" } }, "together" },
  }
  for _, c in ipairs(cases) do
    lu.assertErrorMsgContains(c[2], sum, c[1])
  end
  lu.assertErrorMsgContains("min cannot put quantities of 'killed, cumulative' and of 'wounded, cumulative' together", function()
    return #rows({ { "killed", 3 }, { "wounded", 4 } }):agg "s = min(f)"
  end)
end

function TestSums_days_and_missing()
  local s = sum { { "killed", 3, "increment", "2025-01-01", "2025-01-05" }, { "killed", 4, "increment", "2024-12-27", "2025-01-02" } }
  lu.assertEquals({ tostring(s.since), tostring(s.as_of) }, { "2024-12-27", "2025-01-05" })
  s = sum { { "killed", 3, "cumulative", nil, "2025-01-05" }, { "killed", 4 } }
  lu.assertNil(s.as_of)
  s = sum { { "killed", 3 }, {}, { "wounded", 1 } }
  lu.assertEquals({ s.low, s.high, s.measure }, { 4, math.huge, "killed_or_wounded" })
  local m = rows({ { "killed", 3, nil, nil, "2025-01-05" }, { "killed", 9, nil, nil, "2025-02-05" } }):agg("s = max(f)")[1].s
  lu.assertEquals({ m.high, tostring(m.as_of) }, { 9, "2025-02-05" })
end

-- Enough rows for several segments: states are merged.
function TestSums_of_many()
  local list, want, names = {}, {}, { "killed", "wounded", "missing" }
  for i = 1, 60000 do
    local g = i % 7
    local name = names[g < 3 and g + 1 or i % 2 + 1]
    list[i] = { g = g, f = q { best = i % 10, measure = name } }
    want[g] = (want[g] or 0) + i % 10
  end
  local t = muster.table(list, { "g", "f" })
  local s = t:group_by "g":agg "s = sum(f)"
  lu.assertEquals(#s, 7)
  for i = 1, #s do
    lu.assertEquals(s[i].s.low, want[s[i].g])
    lu.assertEquals(s[i].s.measure, s[i].g < 3 and names[s[i].g + 1] or "killed_or_wounded")
  end
  list[60000].f = q { best = 1, measure = "killed_or_wounded" }
  lu.assertErrorMsgContains("are already among killed_or_wounded", function()
    return #muster.table(list, { "g", "f" }):group_by "g":agg "s = sum(f)"
  end)
end

os.exit(lu.run())
