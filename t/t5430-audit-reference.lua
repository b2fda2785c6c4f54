-- The audit of other data: what compilers of the American Civil War and pages on prisoners of Korea and Vietnam say. The
-- conclusions are those of plain arithmetic on the files.
local lu = require "lu"
local q, d = muster.quantity, muster.date

local root = os.getenv "ROOT" or (os.getenv "T" or "t") .. "/.."
local reference = root .. "/../shared/data/reference/"

local function load(path)
  local f = io.open(reference .. path)
  if not f then
    lu.skip("no reference data beside the repository")
  end
  f:close()
  return muster.load(reference .. path)
end

local function claim(origin, measure, x, more)
  local row = { origin = origin, measure = measure, basis = "increment", contingent = "all", location = "", credibility = 2,
    figure = type(x) == "number" and q { best = math.tointeger(x) } or x }
  for k, v in pairs(more) do
    row[k] = v
  end
  row.reported = row.as_of
  return row
end

-- The measures of the compilers in the words of claims; "missing" of these books holds prisoners.
local books = {
  phisterer = { key = "battle_id", columns = { killed = "killed", wounded = "wounded", missing = "missing_or_captured", casualties = "casualties" } },
  livermore = { key = "battle_id", columns = { kia = "killed", wia = "wounded", kw = "killed_or_wounded", miapow = "missing_or_captured" } },
}

-- "1861-11-7" is a day too.
local function day(text)
  local y, m, n = tostring(text):match "^(%d+)-(%d+)-(%d+)$"
  return d(("%s-%02d-%02d"):format(y, m, n))
end

-- One claim for each number of each side in each battle of one or more days. A battle is its days; two of the same days
-- cannot be told apart between books and are left out.
local function battles()
  local rows, values = {}, {}
  for name, book in pairs(books) do
    local spans, count = {}, {}
    local function span(b) return tostring(b.start_date) .. " " .. tostring(b.end_date) end
    for _, b in load("acw_battle_data/" .. name .. "_battles.csv"):rows() do
      if b.start_date and b.end_date then
        spans[b[book.key]] = b
        count[span(b)] = (count[span(b)] or 0) + 1
      end
    end
    for _, f in load("acw_battle_data/" .. name .. "_forces.csv"):rows() do
      local b = spans[f[book.key]]
      if b and count[span(b)] == 1 then
        local side = f.belligerent == "Confederate" and "confederate" or "union"
        for column, measure in pairs(book.columns) do
          if f[column] then
            -- rows are one claim without regard to place, so the contingent names the battle
            local key = "b" .. span(b):gsub("%W", "_") .. "_" .. side
            rows[#rows + 1] = claim(name, measure, f[column], { since = day(b.start_date), as_of = day(b.end_date), contingent = key })
            values[key] = values[key] or {}
            values[key][name] = values[key][name] or {}
            values[key][name][measure] = f[column]
          end
        end
      end
    end
  end
  return rows, values
end

local function near(a, b)
  return math.max(a, b) <= 1.12 * math.min(a, b) + 60
end

function TestReference_civil_war_compilers()
  local rows, values = battles()
  local a = muster.audit(nil, muster.table(rows))
  lu.assertTrue(#a.claims > 500, #a.claims .. " claims")
  -- told[battle/side][rule] = how many
  local told, same = {}, {}
  for _, one in ipairs(a.all) do
    local c = a.claims[one.claims[1]]
    local key = c.contingent
    told[key] = told[key] or {}
    told[key][one.rule] = one
    if one.rule == "same" then
      same[key .. "/" .. c.measure] = one
    end
    for _, id in ipairs(one.claims) do        -- nothing is compared across battles or sides
      lu.assertEquals(a.claims[id].contingent, key)
    end
  end
  local disagree, agree = 0, 0
  for key, by in pairs(values) do
    for measure, x in pairs(by.phisterer and by.livermore and by.phisterer or {}) do
      local y = by.livermore[measure]
      if y and x == y then
        agree = agree + 1
        lu.assertNil(same[key .. "/" .. measure], key .. " " .. measure)
      elseif y and not near(x, y) then
        disagree = disagree + 1
        lu.assertNotNil(same[key .. "/" .. measure], ("%s %s: %d against %d"):format(key, measure, x, y))
        lu.assertEquals(same[key .. "/" .. measure].verdict, "cannot both be true")
      end
    end
    -- a book against itself: what adds up is no conflict
    for name, v in pairs(by) do
      if v.killed and v.wounded and v.killed_or_wounded and v.killed + v.wounded == v.killed_or_wounded then
        local one = told[key] and told[key].sum
        for _, id in ipairs(one and one.claims or {}) do
          lu.assertFalse(a.claims[id].origin == name and #one.claims == 3 and one.gap == 0)
        end
      end
    end
  end
  lu.assertTrue(disagree >= 5 and agree >= 5, disagree .. " disagree, " .. agree .. " agree")
end

-- Phisterer's own rows: 100 + 500 + 400 = 1,000 against 700, of which 500 + 400 = 900 are enough, and 4,177 + 19,687 +
-- 2,577 = 26,441 against 26,461; all other rows with the four numbers add up.
function TestReference_phisterer_does_not_add_up_twice()
  local rows, complete = {}, 0
  for i, f in load("acw_battle_data/phisterer_forces.csv"):rows() do
    if f.killed and f.wounded and f.casualties then
      complete = complete + 1
      for column, measure in pairs(books.phisterer.columns) do
        if f[column] or column == "missing" then
          rows[#rows + 1] = claim("phisterer", measure, f[column] or 0, { as_of = d "1863-01-01", since = d "1863-01-01", contingent = "row" .. i })
        end
      end
    end
  end
  local a = muster.audit(nil, muster.table(rows))
  local found = {}
  for i, one in ipairs(a.all) do
    found[i] = ("%s %s %.0f"):format(one.rule, one.verdict, one.gap)
  end
  table.sort(found)
  lu.assertEquals(complete, 127)
  lu.assertEquals(found, { "sum cannot both be true 20", "sum cannot both be true 200" })
end

-- Prisoners of the Communist side in Big Switch: 12,773 in all, with 945 British in one page and 946 in another.
local function big_switch(british)
  local rows, within = {}, {}
  for _, r in load("surrender_defection/korean_war_prisoner_exchange.csv"):rows() do
    if r.operation:find "^Big Switch" and r.held_by == "Communist" then
      local name = r.nationality:lower():gsub("%W+", "_")
      within[name] = "exchanged"
      rows[#rows + 1] = claim("page", "repatriated", r.nationality == "British" and british or r.count,
        { as_of = d "1953-12-31", basis = "cumulative", contingent = name })
    end
  end
  rows[#rows + 1] = claim("wikia", "repatriated", 12773, { as_of = d "1953-12-31", basis = "cumulative" })
  return muster.audit(nil, nil, muster.table(rows), { within = { contingent = within } })
end

function TestReference_korea_adds_up_with_945()
  lu.assertEquals(#big_switch(945).all, 0)
  local a = big_switch(946)
  lu.assertEquals({ #a.all, a.all[1].rule, a.all[1].verdict, a.all[1].gap }, { 1, "contingents", "cannot both be true", 1 })
  lu.assertStrContains(a.all[1].sentence, "12,774")
  lu.assertStrContains(a.all[1].sentence, "12,773")
end

-- 7,900 + 14,704 = 22,604 declined repatriation; 21,839 remained, so these cannot be the same people: 765 had other ends.
function TestReference_korea_other_ends()
  load "surrender_defection/korean_war_prisoner_exchange.csv"
  local at = { as_of = d "1953-12-31", basis = "cumulative" }
  local function part(name, x)
    local row = claim("goodreads", "declined", x, at)
    row.contingent = name
    return row
  end
  local a = muster.audit(nil, nil, muster.table { part("north_korean", 7900), part("chinese", 14704), part("all", 21839) },
    { within = { contingent = { north_korean = "held", chinese = "held" } } })
  lu.assertEquals(a.all[1].rule, "contingents")
  lu.assertEquals(a.all[1].gap, 765)
  lu.assertStrContains(a.all[1].sentence, "22,604")
end

-- Chieu Hoi: totals that rise agree, with the year inside them; one of them halved does not.
function TestReference_chieu_hoi()
  load "surrender_defection/chieu_hoi_partial.csv"
  local function rows(last)
    local function total(when, x) return claim("page", "defected", x, { as_of = d(when), basis = "cumulative", location = "vietnam" }) end
    return muster.table { total("1966-12-31", 48041), total("1968-12-31", last), total("1971-12-31", 101511),
      claim("page", "defected", 20242, { since = d "1966-01-01", as_of = d "1966-12-31", location = "vietnam" }),
      claim("other", "defected", q { qualifier = "more_than", best = 5700 }, { since = d "1963-01-01", as_of = d "1963-04-30", location = "vietnam" }) }
  end
  lu.assertEquals(#muster.audit(nil, nil, rows(75000)).all, 0)
  local a = muster.audit(nil, nil, rows(37500))
  lu.assertEquals(a.conflicts[1].rule, "growth")
  lu.assertStrContains(a.conflicts[1].sentence, "48,041")
end

os.exit(lu.run())
