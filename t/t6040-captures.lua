-- Captures: counting, rates, and the published shares of other wars.
local lu = require "lu"
local q, d = muster.quantity, muster.date
local captures = muster.captures

local function by(t, column, value)
  for _, row in t:rows() do
    if row[column] == value then
      return row
    end
  end
end

function TestCaptures_counted_from_two_files()
  local events = muster.table { { person = "P1", event = "captured" }, { person = "P1", event = "captured" },
    { person = "P2", event = "captured" }, { person = "P3", event = "captured" }, { person = "P4", event = "interview" } }
  local claims = muster.table {
    { measure = "died_in_custody", basis = "cumulative", as_of = d "2024-12-27", credibility = 3 },
    { measure = "died_in_custody", basis = "cumulative", as_of = d "2024-12-27", credibility = 2, figure = q { best = 1 } },
    { measure = "held", basis = "stock", as_of = d "2025-01-11", credibility = 1, figure = q { best = 2 } },
  }
  local n = captures.counted(claims, events)
  lu.assertEquals({ n.taken, n.died, n.alive, n.agree, n.range.low, n.range.high }, { 3, 1, 2, true, 2, 3 })
end

function TestCaptures_rate_by_hand()
  -- 2 among 3,000: exact limits of 2 over 3 thousand
  local rate = captures.rate(2, 3000)
  lu.assertAlmostEquals(rate.low, 0.242209278543970 / 3, 1e-9)
  lu.assertAlmostEquals(rate.high, 7.224687667724 / 3, 1e-9)
  local wide = captures.rate({ low = 2, high = 3 }, { low = 3000, high = 6000 })
  lu.assertAlmostEquals(wide.low, 0.242209278543970 / 6, 1e-9)
  lu.assertAlmostEquals(wide.high, 8.767273069742 / 3, 1e-9)
end

-- Korea 1953: 14,704 / (14,704 + 5,640 + 1,030) and 7,900 / (7,900 + 70,183 + 5,194)
function TestCaptures_refusals_in_korea()
  local t = captures.refusals()
  local chinese, north = by(t, "who", "Chinese"), by(t, "who", "North Korean")
  lu.assertEquals({ chinese.declined, chinese.counted, north.declined, north.counted }, { 14704, 21374, 7900, 83277 })
  lu.assertAlmostEquals(chinese.share, 0.6879, 5e-5)
  lu.assertAlmostEquals(north.share, 0.09486, 5e-6)
  lu.assertTrue(north.low < north.share and north.share < north.high)
end

function TestCaptures_messages_in_the_gulf()
  local t = captures.reached()
  for channel, share in pairs { leaflets = 0.714, radio = 0.586, loudspeaker = 0.471 } do
    lu.assertAlmostEquals(by(t, "channel", channel).of_those, share, 5e-4)
  end
end

function TestCaptures_hotline_conversion()
  local rows = {}
  for _, row in captures.reference "surrender":rows() do
    if row.programme == "Ukraine hotline" and tostring(row.date) == "2023-12-31" then
      rows[row.stage] = row
    end
  end
  local share = captures.conversion(rows.arrived, rows.contact)
  lu.assertAlmostEquals(share.stated, 0.00846, 5e-6)
  lu.assertEquals({ share.low, share.high }, { 0, math.huge })         -- both are lower bounds
  lu.assertStrContains(share.note, "persons counted over messages")
  lu.fails("give the later stage first", captures.conversion, rows.contact, rows.arrived)
  lu.fails("nothing to convert", captures.conversion, rows.contact, rows.contact)
end

function TestCaptures_stages_of_two_programmes_do_not_mix()
  local function row(programme, date, stage)
    return { programme = programme, date = d(date), stage = stage, unit = "persons", figure = q { best = 1 } }
  end
  lu.fails("different programmes", captures.conversion, row("a", "2025-01-01", "arrived"), row("b", "2025-01-01", "contact"))
  lu.fails("different days", captures.conversion, row("a", "2025-01-01", "arrived"), row("a", "2025-01-02", "contact"))
  lu.fails("stage of the funnel", captures.conversion, row("a", "2025-01-01", "arrived"), { programme = "a" })
end

-- Totals of the Civil War tables, and the wartime print on the Pacific.
function TestCaptures_history()
  local t = captures.history()
  local union = by(t, "side", "Union")
  lu.assertAlmostEquals(union.nominal, 1000 * 76162 / 236858, 1e-9)
  lu.assertEquals(union.low, 0)                 -- "missing and prisoners": at most so many captured
  local iwo = by(t, "class", "Iwo Jima")
  lu.assertTrue(iwo.low < 1000 * 216 / 18375 and iwo.high > 1000 * 216 / 17845)
  lu.assertEquals(by(t, "class", "Pacific 1944-1945").low, 0)
end

function TestCaptures_own_hand_bounds()
  local t = muster.table { { measure = "suicide_to_avoid_capture", figure = q { best = 1 } },
    { measure = "suicide_to_avoid_capture", figure = q { best = 12 } }, { measure = "held", figure = q { best = 2 } } }
  local n = captures.own_hand(t)
  lu.assertEquals({ n.claims, n.least, n.most }, { 2, 12, 13 })
end

os.exit(lu.run())
