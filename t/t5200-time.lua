-- The day described and the day known: t:known_by, t:as_of, t:revisions, against loops over the rows.
local lu = require "lu"
local d, q = muster.date, muster.quantity

-- Rows by a generator of our own: a third are known by their month only, some have no date.
local function make(n, seed)
  local state = seed
  local function draw(k)
    state = (state * 1103515245 + 12345) % 2147483648
    return state // 65536 % k
  end
  local rows, start = {}, d "2024-10-01"
  for i = 1, n do
    local as_of = start + draw(400)
    local monthly = draw(3) == 0
    if monthly then
      as_of = as_of - (as_of.day - 1) + 31
      as_of = as_of - as_of.day
    end
    local reported = as_of + draw(3) * draw(40) - draw(12)
    rows[i] = {
      id = i, as_of = draw(17) > 0 and as_of or nil, reported = draw(13) > 0 and reported or nil,
      flags = ({ monthly and "month_level" or "", monthly and "verbal; month_level" or "not_month_level",
        monthly and "month_level;combined" or "stale" })[draw(3) + 1],
    }
    if rows[i].flags == "" then
      rows[i].flags = nil
    end
  end
  return rows
end

local function month_of(day)
  return day.year * 12 + day.month
end

local function last_of_month(day)
  local next_month = day - (day.day - 1) + 31
  return next_month - next_month.day
end

local function monthly(row)
  for flag in (row.flags or ""):gmatch "[^;%s]+" do
    if flag == "month_level" then
      return true
    end
  end
  return false
end

local function known(row, day)
  if not row.reported then
    return false
  elseif monthly(row) and (not row.as_of or month_of(row.as_of) == month_of(row.reported)) then
    return last_of_month(row.reported) <= day
  end
  return row.reported <= day
end

local function ids(rows, keep)
  local list = {}
  for _, row in ipairs(rows) do
    if keep(row) then
      list[#list + 1] = row.id
    end
  end
  return list
end

local function ids_of(t)
  local list = t:column("id"):values()
  list.n = nil
  return list
end

local names = { "id", "as_of", "reported", "flags" }

function TestTime_known_by_is_a_filter()
  local rows = make(3000, 7)
  local t = muster.table(rows, names)
  for k = 0, 40 do
    local day = d "2024-09-20" + 11 * k
    lu.assertEquals(ids_of(t:known_by(day)), ids(rows, function(row) return known(row, day) end))
  end
end

function TestTime_as_of_is_a_filter()
  local rows = make(3000, 11)
  local t = muster.table(rows, names)
  for k = 0, 40 do
    local from = d "2024-09-20" + 11 * k
    for _, to in ipairs { from, from + 6, from + 45 } do
      local expected = ids(rows, function(row)
        if not row.as_of then
          return false
        end
        local first = monthly(row) and row.as_of - (row.as_of.day - 1) or row.as_of
        return row.as_of >= from and first <= to
      end)
      lu.assertEquals(ids_of(t:as_of(from, to)), expected)
    end
    lu.assertEquals(ids_of(t:as_of(from)), ids_of(t:as_of(from, from)))
  end
end

-- Said of a day by a day: both at once, in either order.
function TestTime_both()
  local t = muster.table(make(500, 3), names)
  for k = 0, 20 do
    local of, by = d "2024-11-01" + 13 * k, d "2024-11-20" + 11 * k
    lu.assertEquals(ids_of(t:known_by(by):as_of(of)), ids_of(t:as_of(of):known_by(by)))
  end
end

function TestTime_month_level()
  local function count(reported, as_of, day)
    return #muster.table({ { reported = d(reported), as_of = d(as_of), flags = "month_level" } }):known_by(day)
  end
  lu.assertEquals({ count("2025-01-31", "2025-01-31", "2025-01-30"), count("2025-01-31", "2025-01-31", "2025-01-31") }, { 0, 1 })
  -- said of a month before the month was over: not known to be before its last day
  lu.assertEquals({ count("2025-01-15", "2025-01-31", "2025-01-30"), count("2025-01-15", "2025-01-31", "2025-01-31") }, { 0, 1 })
  -- of an earlier month, and of one to come: reported on a day of its own
  lu.assertEquals({ count("2025-03-13", "2025-01-31", "2025-03-12"), count("2025-03-13", "2025-01-31", "2025-03-13") }, { 0, 1 })
  lu.assertEquals({ count("2025-03-13", "2025-12-31", "2025-03-12"), count("2025-03-13", "2025-12-31", "2025-03-13") }, { 0, 1 })
end

function TestTime_other_columns()
  local t = muster.table { date = { d "2025-01-01", d "2025-03-01" }, id = { 1, 2 } }
  lu.assertEquals({ ids_of(t:known_by "2025-02-01"), ids_of(t:as_of "2025-03-01") }, { { 1 }, { 2 } })
  -- reported goes before date, also where it is missing: a date is the day of the event
  t = muster.table({ { date = d "2025-01-01", id = 1 }, { date = d "2025-01-01", reported = d "2025-02-01", id = 2 } }, { "id", "date", "reported" })
  lu.assertEquals({ ids_of(t:known_by "2025-01-31"), ids_of(t:known_by "2025-02-01") }, { {}, { 2 } })
  local path = os.tmpname()
  local f <close> = assert(io.open(path, "w"))
  f:write "id,reported,as_of,flags\n1,2025-01-31T23:59:59Z,2025-01-05T00:00:00Z,\n2,2025-02-01T00:00:00Z,2025-01-05T12:00:00Z,month_level\n"
  f:close()
  local times = muster.load(path)
  lu.assertEquals({ times:column("reported"):type(), times:column("as_of"):type() }, { "datetime", "datetime" })
  lu.assertEquals({ ids_of(times:known_by "2025-01-31"), ids_of(times:known_by "2025-02-01") }, { { 1 }, { 1, 2 } })
  lu.assertEquals({ ids_of(times:as_of "2025-01-05"), ids_of(times:as_of "2025-01-06") }, { { 1, 2 }, { 2 } })
  os.remove(path)
end

local function fails(text, fn, ...)
  local ok, why = pcall(fn, ...)
  lu.assertFalse(ok)
  lu.assertStrContains(why, text)
end

function TestTime_messages()
  local t = muster.table { n = { 1 }, reportet = { d "2025-01-01" } }
  fails("no column 'reported' or 'date'", t.known_by, t, "2025-01-01")
  fails("no column 'as_of' or 'date'", t.as_of, t, "2025-01-01")
  local text = muster.table { reported = { "January" } }
  fails("holds no dates but is string", text.known_by, text, "2025-01-01")
  local days = muster.table { as_of = { d "2025-01-01" } }
  fails("the last day, 2025-01-01, is before the first, 2025-01-02", days.as_of, days, "2025-01-02", "2025-01-01")
  fails("expected a date", days.as_of, days, "in January")
end

-- == revisions ==

local function claim(origin, measure, as_of, reported, figure, more)
  local r = { origin = origin, measure = measure, basis = "cumulative", contingent = "all", as_of = d(as_of), reported = d(reported),
    figure = q(figure), credibility = 2 }
  for k, v in pairs(more or {}) do
    r[k] = v
  end
  return r
end

local said = muster.table {
  claim("b", "killed", "2025-01-13", "2025-01-13", { best = 1 }),
  claim("a", "killed", "2025-04-30", "2025-05-02", { best = 2000 }),                                          -- third
  claim("a", "killed", "2025-01-13", "2025-01-14", { qualifier = "about", best = 300 }, { credibility = 3 }),
  claim("a", "killed", "2025-01-13", "2025-01-14", { best = 300 }, { note = "speaks" }),                      -- first
  claim("a", "killed", "2025-01-13", "2025-02-20", { qualifier = "more_than", best = 1000 }),                 -- second
  claim("a", "killed", "2025-04-30", "2025-05-09", { best = 2000 }),                                          -- fourth
  claim("a", "wounded", "2025-01-13", "2025-01-14", { best = 2700 }),
  claim("a", "killed", "2025-01-20", "2025-01-21", { best = 17 }, { basis = "increment" }),
  claim("a", "killed", "2025-01-22", "2025-01-23", { best = 21 }, { basis = "increment" }),
}

function TestTime_revisions()
  local r = said:revisions "a"
  lu.assertEquals(r:names(), { "as_of", "reported", "measure", "basis", "contingent", "figure", "previous", "change", "what", "days", "carriers" })
  local got = {}
  for i, row in r:rows() do
    got[i] = ("%s %s %s %s %s %s %s %s"):format(row.measure, row.as_of, row.figure, row.previous or "-", row.change or "-", row.what,
      row.days or "-", row.carriers)
  end
  lu.assertEquals(got, {
    "killed 2025-01-13 300 - - first - 2",
    "killed 2025-01-13 > 1,000 300 >= 701 revised 37 1",
    "killed 2025-04-30 2,000 > 1,000 <= 999 new day 71 1",
    "killed 2025-04-30 2,000 2,000 - repeated 7 1",
    "killed 2025-01-20 17 - - first - 1",
    "killed 2025-01-22 21 17 - new day 2 1",
    "wounded 2025-01-13 2,700 - - first - 1",
  })
end

-- A total that falls is what revisions are looked at for: it is named, and no error.
function TestTime_revisions_that_fall()
  local t = muster.table {
    claim("a", "killed", "2025-01-13", "2025-01-14", { best = 300, measure = "killed", basis = "cumulative", as_of = "2025-01-13" }),
    claim("a", "killed", "2025-02-13", "2025-02-14", { qualifier = "about", best = 110, measure = "killed", basis = "cumulative", as_of = "2025-02-13" }),
    claim("a", "killed", "2025-03-13", "2025-03-14", { qualifier = "at_least", best = 260, measure = "killed", basis = "cumulative", as_of = "2025-03-13" }),
    claim("a", "killed", "2025-04-13", "2025-04-14", { qualifier = "up_to", best = 200, measure = "killed", basis = "cumulative", as_of = "2025-04-13" }),
  }
  local got = {}
  for i, row in t:revisions("a"):rows() do
    got[i] = ("%s %s"):format(row.what, row.change or "-")
  end
  lu.assertEquals(got, { "first -", "fell -195 to -185", "new day >= 145", "fell <= -60" })
end

function TestTime_revisions_messages()
  fails("no row of origin 'aa'; did you mean 'a'?", said.revisions, said, "aa")
  local t = muster.table { n = { 1 } }
  fails("no column 'origin'", t.revisions, t, "a")
end

-- A parcel of rows with no figure has no revisions, and says so by being empty.
function TestTime_revisions_of_words()
  local t = said:with("figure", { figure = nil, said:column("figure")[1], n = 9 }):filter "origin == 'a'"
  lu.assertEquals(#t:revisions "a", 0)
end

os.exit(lu.run())
