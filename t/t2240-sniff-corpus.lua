-- t2240-sniff-corpus.lua - the separator of third-party files, guessed.
--
-- The files are not part of the repository; the folder is ../shared/data/csv-conformance beside it, or CSV_CONFORMANCE.
-- What is right for a file is, in this order: what a person saw in it (the lists below), the dialect its collection
-- records, else the comma, unless the comma makes no table of it: then nobody says what is right. A file is clean when it
-- loads strictly under what is right. No clean file may be read wrongly, and no clean comma file refused.
local lu = require "lu"
local json = require "json"

local root = os.getenv "ROOT" or "."
local folder = os.getenv "CSV_CONFORMANCE" or root .. "/../shared/data/csv-conformance"

-- Files whose collection says nothing, or something else than what is in them.
local seen = {
  [";"] = {
    "csvkit/sniff_limit.csv", "data.table/1680-fread-header-encoding.csv", "duckdb/decimal_separators_decimal_separators.csv",
    "duckdb/unescaped_quotes_unescaped_quote_new_line_rn.csv", "frictionless/accent.csv",
    "frictionless/issue-1009-semicolon.csv", "frictionless/issue-1100.csv", "frictionless/issue-1105-timezone.csv",
    "frictionless/issue-1138.csv", "frictionless/vix.csv", "generated/semicolon_decimal_comma.csv",
    -- recorded as comma, which is not in it; its like vissim_data_conf2473_i12_v2026.csv is recorded as semicolon
    "pollock-survey/vissim_data_conf2473_i7_v1987.csv",
  },
  ["\t"] = { "clevercsv/milk.csv", "qsv/data.csv.fetch-report.tsv", "zsv/test_seed_07_pull_tabs", "zsv/test_tab.txt" },
  ["|"] = {
    "arrow-rs/various_invalid_types_invalid_float.csv", "arrow-rs/various_invalid_types_null_in_non_nullable.csv",
    "arrow-rs/various_types.csv", "duckdb/auto_pipe_delim.csv", "duckdb/bad_date_2.csv", "duckdb/real_greek_utf8.csv",
    "duckdb/test_multi_column_string.csv", "duckdb/test_new_line_string_rn.csv",
    "duckdb/union-by-name_gabor_Comment_part-2.csv", "messytables/simple.psv",
  },
  [":"] = { "rust-csv/smallpop-colon.csv" },
  -- one column
  [","] = {
    "csvw/gov.uk_data_professions.csv", "csvw/tests_scenarios_uc-4_attempts_attempt-2_gov.uk_departments.csv",
    "csvw/tests_scenarios_uc-4_attempts_attempt-2_hefce.gov.uk_job-titles.csv", "duckdb/big_not_bool.csv",
    "duckdb/test_date.csv", "duckdb/test_test_default.csv", "duckdb/timestamp_tz.csv", "generated/dots_and_signs.csv",
    "generated/hex_numbers.csv", "generated/impossible_days.csv", "generated/iso_weeks.csv", "generated/missing_tokens.csv",
    "generated/one_column_rows.csv", "generated/path_values.csv", "generated/round_trip_hard.csv", "generated/times.csv",
    "qsv/data1962.csv", "qsv/freq_state_example.csv",
  },
}

local quotes = { ["pollock-survey/Auto_Tone_sub315_day1.csv"] = "'", ["readr/basic-df-singlequote.csv"] = "'",
  ["generated/single_quote_style.csv"] = "'" }

local function slurp(path)
  local f <close> = io.open(path, "rb")
  return f and f:read "a"
end

if not slurp(folder .. "/manifest.json") then
  print "1..0 # SKIP no folder csv-conformance beside the repository"
  os.exit(0)
end

local eyes = {}
for sep, names in pairs(seen) do
  for _, name in ipairs(names) do
    eyes["files/" .. name] = sep
  end
end

-- What is right for a file, or nil.
local function right_for(e)
  local dialect, shape = e.suite_dialect, (e.oracle or e).table
  if eyes[e.file] then
    return eyes[e.file]
  elseif dialect and dialect.delimiter ~= "" then
    return dialect.delimiter
  elseif shape and shape.columns > 1 and shape.ragged * 2 <= shape.data_rows then
    return ","
  end
end

local counts = { clean = {}, other = {} }
local told = {}                 -- what is not right, for the report
local looked_at, different = 0, {}

local function count(group, what, e, guess)
  counts[group][what] = (counts[group][what] or 0) + 1
  if what ~= "right" then
    told[#told + 1] = ("%s file %s: %s (%q, score %.2f)"):format(group, what, e.file, guess.sep, guess.score)
  end
end

local function look(e)
  local path, right = folder .. "/" .. e.file, right_for(e)
  local ok, guess = pcall(muster.sniff, path)
  if not ok then
    return              -- compressed, or no text at all
  end
  looked_at = looked_at + 1
  if not right or #right > 1 or right == " " then
    counts.unknown = (counts.unknown or 0) + 1
    return
  end
  local quote = quotes[e.file:match "^files/(.*)$"] or '"'
  local loads, t = pcall(muster.load, path, { sep = right, quote = quote })
  local group = loads and "clean" or "other"
  local good = guess.sep == right and (guess.quote == quote or not loads)
  count(group, not guess.clear and "refused" or good and "right" or "wrong", e, guess)
  if loads and good and guess.clear then
    local ok_again, again = pcall(muster.load, path)
    if not ok_again or #again ~= #t or table.concat(again:names(), "\n") ~= table.concat(t:names(), "\n") then
      different[#different + 1] = e.file
    end
  elseif loads and not guess.clear and right == "," then
    different[#different + 1] = e.file .. " (refused)"
  end
end

local list <close> = assert(io.popen(("find '%s/expected' -name '*.json' | LC_ALL=C sort"):format(folder)))
for path in list:lines() do
  local e = json.decode(slurp(path))
  if type(e.file) == "string" then
    look(e)
  end
end

for _, group in ipairs { "clean", "other" } do
  local c = counts[group]
  print(("# %s files: %d right, %d refused, %d wrong"):format(group, c.right or 0, c.refused or 0, c.wrong or 0))
end
print(("# of %d files; %d of them have nothing that is right"):format(looked_at, counts.unknown))
for _, line in ipairs(told) do
  print("# " .. line)
end

function TestCorpus_is_there()
  lu.assertTrue(looked_at > 500, looked_at .. " files")
end

function TestCorpus_no_clean_file_is_read_wrongly()
  lu.assertEquals(counts.clean.wrong or 0, 0)
end

function TestCorpus_no_clean_comma_file_is_refused_and_guessing_changes_nothing()
  lu.assertEquals(different, {})
end

function TestCorpus_few_are_refused()
  lu.assertTrue((counts.clean.refused or 0) <= 2 and (counts.other.refused or 0) <= 5)
end

function TestCorpus_most_of_the_others_are_right()
  lu.assertTrue(counts.other.right >= 0.95 * (counts.other.right + (counts.other.wrong or 0) + (counts.other.refused or 0)))
end

-- The data sets of the repository, and real tables beside it.
function TestCorpus_reference_data()
  local n, semicolons = 0, 0
  local names <close> = assert(io.popen(("find '%s/datasets' '%s/../reference' -name '*.csv'"):format(root, folder)))
  for path in names:lines() do
    local guess = muster.sniff(path)
    local semicolon = path:find("lanchester_bodart_battles/", 1, true) ~= nil
    lu.assertTrue(guess.clear, path)
    lu.assertEquals(guess.sep .. guess.quote, (semicolon and ";" or ",") .. '"', path)
    n, semicolons = n + 1, semicolons + (semicolon and 1 or 0)
  end
  print(("# reference data: %d files, %d with semicolons, all right"):format(n, semicolons))
  lu.assertTrue(n >= 10)
end

os.exit(lu.run())
