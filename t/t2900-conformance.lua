-- t2900-conformance.lua - third-party and generated CSV files, each read as its recorded expectation says.
--
-- The files are not part of the repository; the folder is ../shared/data/csv-conformance beside it, or
-- CSV_CONFORMANCE. Each file is read five times by the program itself. Four times as bare records, strict and lenient,
-- by name and from standard input: what was read is compared by the SHA-256 (of sha256sum) over "<length>:<bytes>," for
-- each field and a line end for each record. Once as a table: the number of rows, and the first ragged one. A rejection
-- has to name file, line and column. What is compressed or UTF-16 with a byte order mark has to be read as expected of its
-- text; and, whatever is expected, as the program reads that text when gzip, zstd or iconv have written it to a plain file.
-- Other containers have to be refused by name.
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

-- The value of the first pair whose key the bytes begin with.
local function by_magic(bytes, list)
  for _, magic in ipairs(list) do
    if bytes:sub(1, #magic[1]) == magic[1] then
      return magic[2]
    end
  end
end

-- What the first bytes say a file is, where that is no text muster reads; the word a refusal has to hold.
local function container(bytes)
  -- UTF-16 without a mark: every second byte of ASCII text is zero
  if #bytes >= 8 and (bytes:match "^[%g%s]%z[%g%s]%z[%g%s]%z[%g%s]%z" or bytes:match "^%z[%g%s]%z[%g%s]%z[%g%s]%z[%g%s]") then
    return "UTF%-16"
  end
  return by_magic(bytes, {
    { "BZh", "bzip2" }, { "PK\3\4", "zip" }, { "PAR1", "Parquet" }, { "ARROW1", "Arrow" }, { "\xd0\xcf\x11\xe0", "" },
    { "SQLite format 3", "SQLite" }, { "\xfd7zXZ", "xz" }, { "\x78\x9c", "zlib" },
  })
end

-- The command that writes the text of a file to standard output, when there is one layer above it.
local function unpacker(bytes)
  return by_magic(bytes, {
    { "\x1f\x8b", "gzip -dc" }, { "\x28\xb5\x2f\xfd", "zstd -dc" },
    { "\xff\xfe", "iconv -f UTF-16LE -t UTF-8" }, { "\xfe\xff", "iconv -f UTF-16BE -t UTF-8" },
  })
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

local function add(file, path, reading, from_stdin, want, plain)
  jobs[#jobs + 1] = { file = file, path = path, reading = reading, stdin = from_stdin, want = want, plain = plain }
end

-- The text of a packed file in a plain one: its path; false when the tool found a fault; nil when there is no need or no tool.
local plain_files = 0
local function plain_copy(path, bytes)
  local command = unpacker(bytes)
  if not command or not os.execute("command -v " .. command:match "%S+" .. " >/dev/null") then
    return nil
  end
  plain_files = plain_files + 1
  local copy = ("%s/plain-%d"):format(work, plain_files)
  return os.execute(("%s <%s >%s 2>/dev/null"):format(command, quote(path), copy)) and copy or false
end

for _, name in ipairs(lines_of("cd " .. quote(folder) .. "/expected && find . -name '*.json' | LC_ALL=C sort")) do
  local e = json.decode(slurp(folder .. "/expected/" .. name))
  if type(e.file) == "string" then
    local path = folder .. "/" .. e.file
    local oracle = e.as_utf8 or e.oracle or e
    local bytes = slurp(path)
    local word, plain = container(bytes:sub(1, 64)), plain_copy(path, bytes)
    for _, stdin in ipairs { false, true } do
      if word then
        add(e.file, path, "strict", stdin, { verdict = "refuse", word = word })
      elseif oracle.rfc4180 then
        add(e.file, path, "strict", stdin, strict_reading(oracle), plain)
        add(e.file, path, "lenient", stdin, lenient_reading(oracle), plain)
      else
        local verdict = (e.verdict == "reject" or plain == false) and "reject" or "either"
        add(e.file, path, "strict", stdin, with_place({ verdict = verdict }, e.error), plain)
      end
    end
    if not word and (oracle.rfc4180 or plain) then
      add(e.file, path, "table", false, oracle.rfc4180 and table_reading(e, oracle) or { verdict = "either" }, plain)
    end
  end
end

-- The separator is named: what is expected here is the reading by comma, also of files that have another.
local options = { strict = "--strings ", lenient = "--strings --lenient ", table = "--sep , " }

-- One shell for all of them: a status a line.
local script = assert(io.open(work .. "/run.sh", "w"))
local function write_command(job, path, name)
  script:write(("timeout 20 %s convert %s--to json %s - <%s >%s/%s.out 2>%s/%s.err; echo $?\n"):format(quote(muster),
    options[job.reading], job.stdin and "-" or quote(path), job.stdin and quote(path) or "/dev/null", work, name, work, name))
end
for i, job in ipairs(jobs) do
  write_command(job, job.path, i)
  if job.plain then
    write_command(job, job.plain, i .. "p")
  end
end
script:close()
local statuses = lines_of("sh " .. work .. "/run.sh")
local at = 0
for _, job in ipairs(jobs) do
  at = at + 1
  job.status = tonumber(statuses[at])
  if job.plain then
    at = at + 1
    job.plain_status = tonumber(statuses[at])
  end
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

-- How a packed file was read otherwise than its text in a plain file, or nil. A ratio above the cap is known of it alone;
-- a message has room for a thousand bytes, the name of the file among them.
local function differs_from_plain(i, job)
  local out, plain_out = slurp(work .. "/" .. i .. ".out"), slurp(work .. "/" .. i .. "p.out")
  local plain_err = slurp(work .. "/" .. i .. "p.err"):gsub(job.plain:gsub("%p", "%%%0"), (job.path:gsub("%%", "%%%%")))
  os.remove(work .. "/" .. i .. "p.out")
  if job.err:find "max_ratio" and job.want.verdict == "either" then
    return nil
  elseif job.status ~= job.plain_status or out ~= plain_out or job.err:sub(1, 600) ~= plain_err:sub(1, 600) then
    return ("not as the plain file: status %s and %s, %s and %s"):format(job.status, job.plain_status, job.err, plain_err)
  end
end

for i, job in ipairs(jobs) do
  job.err = slurp(work .. "/" .. i .. ".err")
  job.differs = job.plain and differs_from_plain(i, job)
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
  if job.differs then
    return job.differs
  elseif job.status ~= 0 and job.status ~= 1 then
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
