-- t2900-conformance.lua - third-party and generated CSV files, each read as its recorded expectation says.
--
-- The files are not part of the repository; the folder is ../shared/data/csv-conformance beside it, or
-- CSV_CONFORMANCE. Each file is read five times by the program itself. Four times as bare records, strict and lenient,
-- by name and from standard input: what was read is compared by the SHA-256 (of sha256sum) over "<length>:<bytes>," for
-- each field and a line end for each record. Once as a table: the number of rows, and the first ragged one. A rejection
-- has to name file, line and column. Compressed and UTF-16 files have to be refused by name until muster reads them.
local json = require "json"

local folder = os.getenv "CSV_CONFORMANCE" or os.getenv "ROOT" .. "/../shared/data/csv-conformance"
local work, muster = os.getenv "WORK", os.getenv "MUSTER"

local function quote(s)
  return "'" .. s:gsub("'", "'\\''") .. "'"
end

local function slurp(path)
  local f = io.open(path, "rb")
  if not f then
    return nil
  end
  local s = f:read "a"
  f:close()
  return s
end

local function lines_of(command)
  local p, out = assert(io.popen(command)), {}
  for line in p:lines() do
    out[#out + 1] = line
  end
  p:close()
  return out
end

if not slurp(folder .. "/manifest.json") then
  print "1..0 # SKIP no folder csv-conformance beside the repository"
  os.exit(0)
end

-- == what is expected =================================================================================

-- What the first bytes say a file is, where that is no text muster reads; the word a refusal has to hold.
local function container(bytes)
  for _, magic in ipairs {
    { "\x1f\x8b", "gzip" }, { "\x28\xb5\x2f\xfd", "zstd" }, { "BZh", "bzip2" }, { "PK\3\4", "zip" }, { "PAR1", "Parquet" },
    { "ARROW1", "Arrow" }, { "\xff\xfe", "UTF%-16" }, { "\xfe\xff", "UTF%-16" }, { "\xd0\xcf\x11\xe0", "" },
    { "SQLite format 3", "SQLite" }, { "\xfd7zXZ", "xz" },
  } do
    if bytes:sub(1, #magic[1]) == magic[1] then
      return magic[2]
    end
  end
  -- UTF-16 without a mark: every second byte of ASCII text is zero
  if #bytes >= 8 and (bytes:match "^[%g%s]%z[%g%s]%z[%g%s]%z[%g%s]%z" or bytes:match "^%z[%g%s]%z[%g%s]%z[%g%s]%z[%g%s]") then
    return "UTF%-16"
  end
end

-- { verdict = "accept" | "reject" | "either" | "refuse", digest, rows, line, column, word }
local function with_place(want, at)
  if type(at) == "table" then
    want.line = math.type(at.line) and at.line
    want.column = math.type(at.column) and at.column
  end
  return want
end

local function strict_reading(oracle)
  local read = oracle.rfc4180
  return with_place({ verdict = read.verdict, digest = read.digest }, read.error)
end

-- libcsv's plain mode faults nothing. It knows no byte order mark; without its mark such a file has nothing to argue about.
local function lenient_reading(oracle)
  local read = oracle.libcsv.default_no_trim
  local marked = oracle.flags.utf8_bom and oracle.rfc4180.verdict == "accept"
  return { verdict = read.verdict, digest = marked and oracle.rfc4180.digest or read.digest }
end

-- As a table more can be wrong than the grammar knows: no header, ragged rows, bytes that are no text.
local function table_reading(e, oracle)
  local read, shape = oracle.rfc4180, oracle.table
  local no_text = oracle.flags.invalid_utf8_offset or oracle.flags.has_nul
  if e.verdict == "reject" then
    return with_place({ verdict = "reject" }, e.error)
  elseif read.verdict == "reject" then
    -- something else may be wrong on a line before it
    return { verdict = "reject", last_line = read.error.line }
  elseif shape.ragged > 0 then
    return with_place({ verdict = no_text and "either" or "reject" }, not no_text and { line = shape.ragged_first[1].line })
  elseif no_text or shape.columns == 0 or e.verdict == "accept_or_reject" then
    return { verdict = "either" }
  end
  return { verdict = "accept", rows = shape.data_rows }
end

-- == running ==========================================================================================

local jobs = {}

local function add(file, path, reading, from_stdin, want)
  jobs[#jobs + 1] = { file = file, path = path, reading = reading, stdin = from_stdin, want = want }
end

for _, name in ipairs(lines_of("cd " .. quote(folder) .. "/expected && find . -name '*.json' | LC_ALL=C sort")) do
  local e = json.decode(slurp(folder .. "/expected/" .. name))
  if type(e.file) == "string" then
    local path = folder .. "/" .. e.file
    local oracle = e.oracle or e
    local word = container(slurp(path):sub(1, 64))
    for _, stdin in ipairs { false, true } do
      if word then
        add(e.file, path, "strict", stdin, { verdict = "refuse", word = word })
      elseif oracle.rfc4180 then
        add(e.file, path, "strict", stdin, strict_reading(oracle))
        add(e.file, path, "lenient", stdin, lenient_reading(oracle))
      else
        add(e.file, path, "strict", stdin, { verdict = "either" })
      end
    end
    if not word and oracle.rfc4180 then
      add(e.file, path, "table", false, table_reading(e, oracle))
    end
  end
end

local options = { strict = "--strings ", lenient = "--strings --lenient ", table = "" }

-- One shell for all of them: a status a line.
local script = assert(io.open(work .. "/run.sh", "w"))
for i, job in ipairs(jobs) do
  script:write(("timeout 20 %s convert %s--to json %s - <%s >%s/%d.out 2>%s/%d.err; echo $?\n"):format(quote(muster),
    options[job.reading], job.stdin and "-" or quote(job.path),
    job.stdin and quote(job.path) or "/dev/null", work, i, work, i))
end
script:close()
for i, status in ipairs(lines_of("sh " .. work .. "/run.sh")) do
  jobs[i].status = tonumber(status)
end

-- == comparing ========================================================================================

local function bytes_of(field)
  if type(field) == "table" then
    return (field.hex:gsub("%x%x", function(hex) return string.char(tonumber(hex, 16)) end))
  end
  return field
end

-- The output in the form that is hashed; the number of records.
local function serialize(i)
  local rows = json.decode(slurp(work .. "/" .. i .. ".out"))
  local out = assert(io.open(work .. "/" .. i .. ".rec", "wb"))
  for _, row in ipairs(rows) do
    for _, field in ipairs(row) do
      local bytes = bytes_of(field)
      out:write(#bytes, ":", bytes, ",")
    end
    out:write "\n"
  end
  out:close()
  return #rows
end

for i, job in ipairs(jobs) do
  job.err = slurp(work .. "/" .. i .. ".err")
  if job.status == 0 and job.reading == "table" then
    local ok, rows = pcall(json.decode, slurp(work .. "/" .. i .. ".out"))
    job.rows, job.bad_json = ok and #rows, not ok and rows
  elseif job.status == 0 then
    local ok, rows = pcall(serialize, i)
    job.rows, job.bad_json = ok and rows, not ok and rows
  end
  os.remove(work .. "/" .. i .. ".out")
end
for _, line in ipairs(lines_of("cd " .. work .. " && find . -name '*.rec' -exec sha256sum {} +")) do
  local digest, i = line:match "^(%x+)%s+%./(%d+)%.rec$"
  jobs[tonumber(i)].digest = digest
end

-- nil when the job did what is wanted, else what went wrong
local function judge(job)
  local want = job.want
  if job.status ~= 0 and job.status ~= 1 then
    return ("exit status %s: %s"):format(job.status, job.err)
  elseif job.err:find "[\0-\8\11-\31]" then
    return "control bytes in the message: " .. job.err
  elseif job.status == 0 and not job.rows then
    return "bad JSON: " .. tostring(job.bad_json)
  elseif job.status == 1 and not job.err:find "%S" then
    return "failed without a word"
  end
  local verdict = want.verdict
  if verdict == "either" then
    verdict = job.status == 0 and "accept" or "reject"
  end
  if verdict == "accept" then
    if job.status ~= 0 then
      return "rejected, should be read: " .. job.err
    elseif want.digest and job.digest ~= want.digest then
      return ("%d other records than expected"):format(job.rows)
    elseif want.rows and job.rows ~= want.rows then
      return ("%d rows, expected %d"):format(job.rows, want.rows)
    end
  elseif verdict == "reject" then
    if job.status == 0 then
      return ("read as %d rows, should be rejected"):format(job.rows)
    end
    local name = job.stdin and "standard input" or job.path
    local place = name .. (want.line and ":" .. want.line or "") .. (want.line and want.column and ":" .. want.column .. ":" or "")
    if job.err:sub(1, #"muster: ") == "muster: " then
      place = "muster: " .. place
    end
    if job.err:sub(1, #place) ~= place then
      return ("expected the place '%s', found: %s"):format(place, job.err)
    elseif want.last_line and tonumber(job.err:match("^:(%d+):%d+: error:", #place + 1) or math.huge) > want.last_line then
      return ("expected a fault up to line %d, found: %s"):format(want.last_line, job.err)
    end
  elseif verdict == "refuse" then
    if job.status == 0 then
      return "read, should be refused"
    elseif not job.err:lower():find(want.word:lower()) then
      return ("the refusal does not say '%s': %s"):format(want.word, job.err)
    end
  end
end

local counts = {}
for i, job in ipairs(jobs) do
  local wrong = judge(job)
  local name = ("%s%s: %s (%s)"):format(job.reading, job.stdin and ", standard input" or "", job.file, job.want.verdict)
  local key = job.reading .. " " .. job.want.verdict
  counts[key] = counts[key] or { 0, 0 }
  counts[key][wrong and 2 or 1] = counts[key][wrong and 2 or 1] + 1
  print(("%s %d - %s"):format(wrong and "not ok" or "ok", i, name))
  if wrong then
    io.stderr:write(("# %s: %s\n"):format(name, wrong:gsub("%s+$", ""):sub(1, 600)))
  end
end
print("1.." .. #jobs)
local keys = {}
for key in pairs(counts) do
  keys[#keys + 1] = key
end
table.sort(keys)
for _, key in ipairs(keys) do
  print(("# %-16s %4d as expected, %d not"):format(key, counts[key][1], counts[key][2]))
end
