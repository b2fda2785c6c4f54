-- The kinds: what a file of each kind must keep, told with line and column, one message for one root cause.
local lu = require "lu"

local root, work = os.getenv "ROOT", os.getenv "WORK"
local dprk = root .. "/datasets/dprk/"

local write, read = lu.write, lu.read

-- == the data set as it is ==============================================================================

local rows = { deployments = 103, casualties = 101, captures = 23, capture_events = 58, sources = 149, context = 80,
  legal_norms = 28, codebook = 22 }

function TestDataset_every_file_keeps_its_schema()
  for kind, n in pairs(rows) do
    local t = muster[kind](dprk .. kind .. ".csv", { rejects = true })
    lu.assertEquals(#t, n, kind)
    lu.assertEquals(#t:rejects(), 0, kind)
    lu.assertEquals(t:faults(), {}, kind)
    lu.assertEquals(t:kind(), kind)
  end
end

-- The codebook's own count: rows are one claim when these agree.
function TestDataset_distinct_claims()
  for kind, n in pairs { deployments = 79, casualties = 63 } do
    local seen, count = {}, 0
    for _, row in muster[kind](dprk .. kind .. ".csv"):rows() do
      local key = table.concat({ row.origin, row.measure, tostring(row.as_of), row.basis, row.contingent }, "|")
      count = count + (seen[key] and 0 or 1)
      seen[key] = true
    end
    lu.assertEquals(count, n, kind)
  end
end

-- Every value of the file is in the table: as many non-empty cells as the raw text has.
function TestDataset_nothing_is_lost()
  for kind in pairs(rows) do
    local plain = muster.load(dprk .. kind .. ".csv")
    local t = muster[kind](dprk .. kind .. ".csv")
    for _, name in ipairs(plain:names()) do
      lu.assertEquals(t:column(name):missing(), plain:column(name):missing(), kind .. "." .. name)
      lu.assertEquals(tostring(t:column(name)[1]), tostring(plain:column(name)[1]), kind .. "." .. name)
    end
  end
end

function TestDataset_rows_know_their_lines()
  local t = muster.casualties(dprk .. "casualties.csv")
  local file, line = t:where(1)
  lu.assertEquals(file, dprk .. "casualties.csv")
  lu.assertEquals(line, 2)
end

-- == figures: bounds worked by hand from the rules of the design ========================================

-- qualifier, low, best, high in the file -> bounds
local bounds = {
  { "exact", 3000, 3000, 3000, 3000, 3000, "3,000" },
  { "about", "", 3000, "", 2700, 3300, "about 3,000" },          -- half its last place is 500, 10 % of it 300: the less
  { "about", "", 10900, "", 10850, 10950, "about 10,900" },      -- half of a hundred
  { "about", "", 11000, "", 10500, 11500, "about 11,000" },
  { "about", "", 1, "", 0.9, 1.1, "about 1" },
  { "at_least", 30, 30, "", 30, math.huge, ">= 30" },
  { "more_than", 3000, 3000, "", 3001, math.huge, "> 3,000" },
  { "up_to", "", 12000, 12000, 0, 12000, "up to 12,000" },
  { "as_many_as", "", 12000, 12000, 0, 12000, "as many as 12,000" },
  { "nearly", "", 11000, 11000, 9900, 11000, "nearly 11,000" },
  { "range", 10000, "", 12000, 10000, 12000, "10,000-12,000" },
  { "exact", 0, 0, 0, 0, 0, "0" },
}

local casualty = {
  { "claim_id", "c1" }, { "reported", "2025-01-05" }, { "since", "" }, { "as_of", "2025-01-04" }, { "origin", "nis" },
  { "via", "kbs" }, { "measure", "killed" }, { "basis", "cumulative" }, { "low", "3" }, { "best", "3" }, { "high", "3" },
  { "qualifier", "exact" }, { "share", "" }, { "share_of", "" }, { "contingent", "all" }, { "location", "kursk" },
  { "credibility", "2" }, { "url", "https://example.org/a" }, { "flags", "" }, { "note", "" },
}

-- One CSV line of the casualty above with some fields changed; a change to false drops the column.
local function line(changes, what)
  local out = {}
  for _, field in ipairs(casualty) do
    local value = changes[field[1]]
    if value ~= false then
      out[#out + 1] = what == "header" and field[1] or tostring(value == nil and field[2] or value)
    end
  end
  return table.concat(out, ",")
end

local sources = "source_id,name,kind,country,reliability,note\nnis,NIS,government,KR,B,\nkbs,KBS,media,KR,B,\n"
local codebook = "kind,column,value,meaning\ncasualties,contingent,all,x\ncasualties,location,kursk,x\n"
  .. "casualties,location,donetsk,x\ndeployments,location,russia,x\n"

local function file_of(lines)
  write(work .. "/sources.csv", sources)
  write(work .. "/codebook.csv", codebook)
  return write(work .. "/casualties.csv", table.concat(lines, "\n") .. "\n")
end

function TestFigure_bounds_by_hand()
  local lines = { line({}, "header") }
  for i, b in ipairs(bounds) do
    lines[i + 1] = line { claim_id = "c" .. i, qualifier = b[1], low = b[2], best = b[3], high = b[4] }
  end
  local t = muster.casualties(file_of(lines))
  for i, b in ipairs(bounds) do
    local q = t[i].figure
    lu.assertAlmostEquals(q.low, b[5], 1e-9, b[7])
    if b[6] == math.huge then
      lu.assertEquals(q.high, math.huge, b[7])
    else
      lu.assertAlmostEquals(q.high, b[6], 1e-9, b[7])
    end
    lu.assertEquals(tostring(q), b[7])
    lu.assertEquals({ q.measure, q.basis, q.base, q.kind }, { "killed", "cumulative", nil, b[1] })
  end
end

function TestFigure_rounding_is_an_option()
  local path = file_of { line({}, "header"), line { qualifier = "about", low = "", best = 3000, high = "" } }
  lu.assertEquals(muster.casualties(path, { rounding = 0.02 })[1].figure.low, 2940)
  lu.assertEquals(muster.casualties(path)[1].figure.low, 2700)
end

function TestFigure_missing_where_no_number_was_printed()
  local path = file_of { line({}, "header"), line { low = "", best = "", high = "", flags = "verbal" } }
  local t = muster.casualties(path)
  lu.assertNil(t[1].figure)
  lu.assertEquals(t:column("figure"):missing(), 1)
end

function TestFigure_stands_beside_what_it_counts()
  local names = muster.casualties(dprk .. "casualties.csv"):names()
  local at = {}
  for i, name in ipairs(names) do
    at[name] = i
  end
  lu.assertEquals(at.figure, at.basis + 1)
  lu.assertTrue(at.url > at.figure and at.note > at.figure and at.claim_id > at.figure)
  -- on a page of 100 columns the reader sees the figure and the share
  local head = muster.casualties(dprk .. "casualties.csv"):format({ width = 100, rows = 3 }):match "[^\n]*"
  lu.assertStrContains(head, "figure")
  lu.assertStrContains(head, "share_of")
end

-- == one broken row, one message ========================================================================

-- changes to the second row, the column blamed, the message
local broken = {
  { { reported = "2025-13-05" }, "reported", "expected a date YYYY-MM-DD, found '2025-13-05'" },
  { { as_of = "" }, "as_of", "must not be empty" },
  { { origin = "" }, "origin", "must not be empty" },
  { { origin = "nsi" }, "origin", "'nsi' is not in sources.csv; did you mean 'nis'?" },
  { { via = "another" }, "via", "'another' is not in sources.csv" },
  { { measure = "kiled" }, "measure", "'kiled' is not an allowed measure; did you mean 'killed'?" },
  { { measure = "sick" }, "measure", "'sick' is not an allowed measure; expected 'killed', 'wounded', "
    .. "'killed_or_wounded', 'killed_or_seriously_wounded' or 'missing'" },
  { { basis = "total" }, "basis", "'total' is not an allowed basis; expected 'cumulative', 'increment' or 'stock'" },
  { { qualifier = "rnage" }, "qualifier", "'rnage' is not an allowed qualifier; did you mean 'range'?" },
  { { qualifier = "range", low = 5000, best = "", high = 3000 }, "low", "low 5000 is above high 3000" },
  { { best = "three" }, "best", "expected an integer, found 'three'" },
  { { low = -3, best = -3, high = -3, qualifier = "exact" }, { "low", "best", "high" }, "-3 is below 0, the least it can be" },
  { { high = "" }, "high", "qualifier 'exact' is written low = best = high; found low 3, best 3" },
  { { high = 4 }, "high", "qualifier 'exact' is written low = best = high; found low 3, best 3, high 4" },
  { { qualifier = "about" }, "low", "qualifier 'about' is written best, low empty, high empty; found low 3, best 3, high 3" },
  { { qualifier = "at_least", low = "", high = "" }, "low", "qualifier 'at_least' is written low = best, high empty; found best 3" },
  { { qualifier = "more_than", low = 2, high = "" }, "best",
    "qualifier 'more_than' is written low = best, high empty; found low 2, best 3" },
  { { qualifier = "up_to" }, "low", "qualifier 'up_to' is written best = high, low empty; found low 3, best 3, high 3" },
  { { qualifier = "range" }, "best", "qualifier 'range' is written low, high, best empty; found low 3, best 3, high 3" },
  { { low = "", best = "", high = "" }, "low",
    "low, best and high are all empty, which needs 'verbal' or 'share_only' in flags" },
  { { flags = "verbal" }, "low", "flags has 'verbal', so low, best and high must be empty; found low 3, best 3, high 3" },
  { { share = "1.5", share_of = "deployed" }, "share", "1.5 is not between 0 and 1" },
  { { share = "nan", share_of = "deployed" }, "share", "nan is not between 0 and 1" },
  { { share = "0.4" }, "share_of", "must not be empty when share is given" },
  { { share_of = "deployed" }, "share", "must not be empty when share_of is given" },
  { { share = "0.4", share_of = "casualties", measure = "wounded" }, "measure",
    "measure is 'wounded', but must be 'killed' when share_of is 'casualties'" },
  { { flags = "share_only", low = "", best = "", high = "" }, "share", "must not be empty when flags has 'share_only'" },
  { { since = "2025-01-05" }, "since", "since 2025-01-05 is after as_of 2025-01-04" },
  { { flags = "month_level" }, "as_of",
    "2025-01-04 is not the last day of its month, as it must be when flags has 'month_level'" },
  { { flags = "stale;verbl" }, "flags", "'verbl' is not allowed in flags; did you mean 'verbal'?" },
  { { flags = "stale;" }, "flags", "an empty entry: a ';' too many" },
  { { flags = "stale;;mutated" }, "flags", "an empty entry: a ';' too many" },
  { { credibility = 7 }, "credibility", "7 is not between 1 and 6" },
  { { credibility = "2.5" }, "credibility", "expected an integer, found '2.5'" },
  { { location = "krusk" }, "location", "'krusk' is not in codebook.csv; did you mean 'kursk'?" },
  { { claim_id = "c1" }, "claim_id", "'c1' is already the claim_id of line 2" },
  { { low = "9007199254740993", best = "9007199254740993", high = "9007199254740993" }, "qualifier",
    "a number of 2^53 or more cannot be held exactly" },
}

-- The byte at which a field of a line without quotes begins, counted here and not by the loader.
local function byte_of(changes, field)
  local at = 1
  for _, f in ipairs(casualty) do
    if f[1] == field then
      return at
    end
    local value = changes[f[1]]
    at = at + #tostring(value == nil and f[2] or value) + 1
  end
end

function TestBroken_row_gives_one_message()
  for _, case in ipairs(broken) do
    local changes = case[1]
    changes.claim_id = changes.claim_id or "c2"
    local t = muster.casualties(file_of { line({}, "header"), line {}, line(changes), line { claim_id = "c3" } },
      { rejects = true })
    local fields = type(case[2]) == "table" and case[2] or { case[2] }
    local found = t:faults()
    lu.assertEquals(#found, #fields, case[3])
    for i, field in ipairs(fields) do
      lu.assertEquals(found[i].field, field, case[3])
      lu.assertEquals(found[i].message, case[3])
      lu.assertEquals({ found[i].line, found[i].column }, { 3, byte_of(changes, field) }, case[3])
    end
    lu.assertEquals({ #t, #t:rejects() }, { 2, 1 }, case[3])
  end
end

function TestBroken_strict_is_an_error_with_file_line_and_column()
  local path = file_of { line({}, "header"), line {}, line { claim_id = "c2", measure = "kiled" } }
  local ok, message = pcall(muster.casualties, path)
  lu.assertFalse(ok)
  lu.assertStrContains(message, ("%s:3:%d: error: column 'measure': 'kiled'"):format(path,
    byte_of({ claim_id = "c2" }, "measure")), false)
end

-- A cell that is no number makes one message, though three rules speak of it.
function TestBroken_type_fault_is_not_blamed_again()
  for _, name in ipairs { "low", "best", "high", "as_of", "since", "share", "credibility", "reported" } do
    local t = muster.casualties(file_of { line({}, "header"), line { [name] = "abc" } }, { rejects = true })
    local found = t:faults()
    lu.assertEquals(#found, 1, name)
    lu.assertEquals(found[1].field, name)
  end
end

function TestBroken_missing_column_gives_one_message()
  for _, field in ipairs(casualty) do
    local name = field[1]
    local optional = ({ since = 1, share = 1, share_of = 1, flags = 1, note = 1 })[name]
    local t = muster.casualties(file_of { line({ [name] = false }, "header"), line { [name] = false } }, { rejects = true })
    if optional then
      lu.assertEquals(t:faults(), {}, name)
      lu.assertEquals(#t, 1)
    else
      lu.assertEquals(#t:faults(), 1, name)
      lu.assertEquals(t:faults()[1].message, ("a casualties table needs the column '%s'"):format(name))
      lu.assertEquals({ #t, #t:rejects() }, { 0, 1 }, name)
      lu.assertStrContains(t:rejects()[1].reason, name)
    end
  end
end

function TestBroken_misspelt_column_is_told_once()
  local path = file_of { (line({}, "header"):gsub("origin", "orgin")), line {} }
  local found = muster.casualties(path, { rejects = true }):faults()
  lu.assertEquals(#found, 1)
  lu.assertEquals(found[1].message, "a casualties table needs the column 'origin'; is it the one called 'orgin'?")
end

function TestBroken_file_of_another_kind_is_told_once()
  local found = muster.casualties(dprk .. "codebook.csv", { sources = false, rejects = true })
  lu.assertEquals(#found:faults(), 1)
  lu.assertStrContains(found:faults()[1].message, "no column of a casualties table is here")
  lu.assertEquals({ #found, #found:rejects() }, { 0, 22 })
end

function TestOptions_that_make_no_sense()
  local path = dprk .. "casualties.csv"
  for _, rounding in ipairs { -0.1, 1, 0 / 0 } do
    lu.assertErrorMsgContains("option 'rounding': expected a share", muster.casualties, path, { rounding = rounding })
  end
  lu.assertErrorMsgContains("the table has no column 'source_id'", muster.casualties, path,
    { sources = muster.table { n = { 1 } } })
  lu.assertErrorMsgContains("cannot open 'nope.csv'", muster.casualties, path, { sources = "nope.csv" })
  lu.assertErrorMsgContains("no option 'rejct'", muster.casualties, path, { rejct = true })
  lu.assertErrorMsgContains("no data set ''", muster.dataset, "")
end

function TestBroken_extra_column_is_kept_with_a_warning()
  local path = file_of { line({}, "header") .. ",colour", line {} .. ",7" }
  local t = muster.casualties(path, { rejects = true })
  lu.assertEquals({ #t:faults(), t:faults()[1].warning }, { 1, true })
  lu.assertEquals(t[1].colour, 7)
  lu.assertEquals(t:names()[#t:names()], "colour")
end

-- kept + rejected = rows, whatever is broken: every subset of some faults over many rows
function TestBroken_the_ledger_balances()
  local changes = { { reported = "x" }, { origin = "nsi" }, { low = 9 }, { flags = "x" }, { share = 2 }, {} }
  for pattern = 0, 63 do
    local lines, bad, n = { line({}, "header") }, 0, 0
    for i, change in ipairs(changes) do
      local faulty = pattern >> (i - 1) & 1 == 1
      local copy = { claim_id = "c" .. i }
      for k, v in pairs(faulty and change or {}) do
        copy[k] = v
      end
      lines[#lines + 1] = line(copy)
      bad, n = bad + (faulty and next(change) and 1 or 0), n + 1
    end
    local t = muster.casualties(file_of(lines), { rejects = true })
    lu.assertEquals({ #t, #t:rejects() }, { n - bad, bad }, pattern)
    lu.assertEquals(t:ledger().rows_read, n)
  end
end

-- == sources and codebook ===============================================================================

local function alone(change, options)
  local path = write(work .. "/alone.csv", line({}, "header") .. "\n" .. line(change or {}) .. "\n")
  os.remove(work .. "/sources.csv")
  os.remove(work .. "/codebook.csv")
  options = options or {}
  options.rejects = true
  return muster.casualties(path, options)
end

function TestSources_absent_is_a_warning_and_unchecked_keys()
  local t = alone { origin = "anybody", via = "somebody" }
  lu.assertEquals(#t, 1)
  lu.assertEquals(#t:faults(), 1)
  lu.assertTrue(t:faults()[1].warning)
  lu.assertStrContains(t:faults()[1].message, "no sources.csv beside this file")
end

function TestSources_false_says_nothing()
  local t = alone({ origin = "anybody" }, { sources = false })
  lu.assertEquals({ #t, #t:faults() }, { 1, 0 })
end

function TestSources_by_path_and_as_table()
  local path = write(work .. "/people.csv", sources)
  for _, given in ipairs { path, muster.sources(path) } do
    lu.assertEquals(#alone({}, { sources = given }):faults(), 0)
    local found = alone({ origin = "nobody" }, { sources = given }):faults()
    lu.assertEquals(#found, 1)
    lu.assertStrContains(found[1].message, type(given) == "string" and "'nobody' is not in people.csv"
      or "'nobody' is not in the table of sources")
  end
end

function TestSources_that_are_broken_are_an_error_in_their_own_file()
  local path = write(work .. "/bad.csv", sources:gsub("government", "goverment"))
  local good = file_of { line({}, "header"), line {} }
  local ok, message = pcall(muster.casualties, good, { sources = path })
  lu.assertFalse(ok)
  lu.assertStrContains(message, "bad.csv:2:9: error: column 'kind': 'goverment' is not an allowed kind; did you mean 'government'?")
end

function TestCodebook_absent_accepts_any_slug()
  lu.assertEquals(#alone({ location = "belgorod_2", contingent = "x" }, { sources = false }), 1)
  local found = alone({ location = "Kursk region" }, { sources = false }):faults()
  lu.assertEquals(#found, 1)
  lu.assertEquals(found[1].message, "'Kursk region' is not written as lower-case letters, digits and underscores")
end

function TestCodebook_given_or_refused()
  local path = write(work .. "/words.csv", codebook)
  lu.assertEquals(#alone({ location = "elsewhere" }, { sources = false, codebook = path }):rejects(), 1)
  lu.assertEquals(#alone({ location = "elsewhere" }, { sources = false, codebook = muster.codebook(path) }):rejects(), 1)
  local there = file_of { line({}, "header"), line { location = "elsewhere" } }
  lu.assertEquals(#muster.casualties(there, { rejects = true }):rejects(), 1)
  lu.assertEquals(#muster.casualties(there, { rejects = true, codebook = false }):rejects(), 0)
end

-- What the codebook says of containment goes with the table, also through verbs.
function TestKinds_codebook_within()
  local core = require "muster.core"
  local deployments = muster.deployments(dprk .. "deployments.csv"):filter "measure == 'dispatched'":head(3)
  lu.assertEquals(core.extras(deployments).within.location.kursk, "border_regions")
  lu.assertNil(core.extras(deployments).within.location.russia)
end

-- A value that the codebook has for another kind does not count.
function TestCodebook_is_by_kind()
  local there = file_of { line({}, "header"), line { location = "russia" } }
  lu.assertEquals(#muster.casualties(there, { rejects = true }):rejects(), 1)
end

-- == tables =============================================================================================

function TestTable_made_in_lua_is_the_same_as_the_file()
  local path = file_of { line({}, "header"), line { share = "0.5", share_of = "deployed" },
    line { claim_id = "c2", low = 5, best = 5, high = 5 } }
  local from_file = muster.casualties(path)
  local columns, names = {}, {}
  for i, field in ipairs(casualty) do
    names[i] = field[1]
    local empty = field[2] == ""
    columns[field[1]] = { not empty and field[2] or nil, not empty and field[2] or nil, n = 2 }
  end
  columns.claim_id = { "c1", "c2" }
  columns.low, columns.best, columns.high = { 3, 5 }, { 3, 5 }, { 3, 5 }      -- numbers and text are both read
  columns.share, columns.share_of = { 0.5, n = 2 }, { "deployed", n = 2 }
  columns.as_of = { muster.date "2025-01-04", muster.date "2025-01-04" }
  local from_lua = muster.casualties(muster.table(columns, names), { sources = work .. "/sources.csv" })
  lu.assertEquals(from_lua:names(), from_file:names())
  for _, name in ipairs(from_file:names()) do
    lu.assertEquals(from_lua:column(name):type(), from_file:column(name):type(), name)
    for i = 1, 2 do
      lu.assertEquals(tostring(from_lua:column(name)[i]), tostring(from_file:column(name)[i]), name)
    end
  end
  lu.assertEquals(from_lua:kind(), "casualties")
end

function TestTable_fault_names_the_row()
  local t = muster.table({ { event_id = "e", person = "Kim", event = "captured", origin = "o", via = "v", url = "u" } })
  lu.assertErrorMsgContains("capture_events: row 1, column 'person': 'Kim' is not written as the letter P and a number",
    muster.capture_events, t, { sources = false })
  lu.assertErrorMsgContains("option 'rejects' is for files", muster.capture_events, t, { rejects = true })
end

function TestTable_derived_tables_keep_kind_and_sources()
  local t = muster.casualties(dprk .. "casualties.csv"):filter(function(row) return row.origin == "rok_jcs" end):head(3)
  lu.assertEquals(t:kind(), "casualties")
  local cited = t:sources()
  lu.assertEquals(cited[1].source_id, "rok_jcs")
  lu.assertEquals(cited[1].name, "Joint Chiefs of Staff (ROK)")
  lu.assertEquals(cited[1].reliability, "B")
  lu.assertEquals(cited[1].as_origin, 3)
  local carried = 0
  for _, row in cited:rows() do
    carried = carried + row.as_via
  end
  lu.assertEquals(carried, 3)
  lu.assertNil(muster.table({ n = { 1 } }):kind())
  lu.assertErrorMsgContains("cites nobody", function() return muster.table({ n = { 1 } }):sources() end)
end

-- == muster.dataset =====================================================================================

function TestDataset_object()
  local d = muster.dataset "dprk"
  lu.assertEquals(#d.deployments, 103)
  lu.assertTrue(rawequal(d.deployments, d.deployments))
  lu.assertEquals(d.readme, read(d.path .. "/README.md"))
  lu.assertErrorMsgContains("no 'deployment'; did you mean 'deployments'?", function() return d.deployment end)
  lu.assertErrorMsgContains("did you mean 'dprk'?", muster.dataset, "dprc")
  lu.assertErrorMsgContains("no data set '../t'", muster.dataset, "../t")
end

os.exit(lu.run())
