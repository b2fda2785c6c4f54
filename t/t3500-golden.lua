-- t3500-golden.lua - files of other Arrow programs: exactly read, or refused by the name of what muster has no type for.
--
-- The files are not part of the repository; the folder is ../shared/data/arrow-ipc beside it, or ARROW_IPC. Beside each stands what
-- is in it, as JSON in the form of Arrow's own integration tests.
local lu = require "lu"
local json = require "json"

local root = os.getenv "ROOT" or "."
local folder = (os.getenv "ARROW_IPC" or root .. "/../shared/data/arrow-ipc") .. "/golden"

local function command(text)
  local pipe = assert(io.popen(text))
  local out = pipe:read "a"
  pipe:close()
  return out
end

-- == what a column should be ============================================================================

local day_first, day_last = -719162, 2932896
local per_second = { SECOND = 1, MILLISECOND = 1000, MICROSECOND = 1000000, NANOSECOND = 1000000000 }
local epoch = muster.date "1970-01-01"
local epoch_time = muster.datetime "1970-01-01T00:00:00Z"

-- By type: what of muster a value has to be, or nil and what is wrong with it.
local readers = {}

function readers.bool(v)
  return v
end

function readers.int(v, type)
  local n = math.tointeger(tonumber(v))
  if not n then
    return nil, "above 2%^63 %- 1"
  end
  return n, type.bitWidth == 64 and not type.isSigned and n < 0 and "above 2%^63 %- 1" or nil
end

function readers.floatingpoint(v, type)
  return type.precision == "SINGLE" and string.unpack("<f", string.pack("<f", v)) or v + 0.0
end

function readers.utf8(v)
  return v
end
readers.largeutf8, readers.utf8view = readers.utf8, readers.utf8

function readers.date(v, type)
  local n = math.tointeger(tonumber(v))
  if type.unit ~= "DAY" then
    if n % 86400000 ~= 0 then
      return nil, "is not a whole day"
    end
    n = n // 86400000
  end
  if n < day_first or n > day_last then
    return nil, "years 1 to 9999"
  end
  return epoch + n
end

function readers.timestamp(v, type)
  local n, unit = math.tointeger(tonumber(v)), per_second[type.unit]
  if unit > 1000000 and n % 1000 ~= 0 then
    return nil, "finer than a microsecond"
  end
  if n // unit < day_first * 86400 or n // unit >= (day_last + 1) * 86400 then
    return nil, "years 1 to 9999"
  end
  return unit > 1000000 and n // 1000 or n * (1000000 // unit), nil, true
end

-- Of one batch: a list of values, nil where missing, or what is wrong with the first that cannot be.
local function plain_values(column, type, rows)
  local out = {}
  for i = 1, rows do
    if column.VALIDITY and column.VALIDITY[i] == 1 then
      local v, wrong, micros = readers[type.name](column.DATA[i], type)
      if wrong then
        return nil, wrong
      end
      out[i] = micros and { micros = v } or v
    end
  end
  return out
end

local function values(field, column, rows, dictionaries)
  local out = {}
  if field.type.name == "null" then
    return out
  elseif not field.dictionary then
    return plain_values(column, field.type, rows)
  end
  local data = dictionaries[field.dictionary.id]
  local known, wrong = plain_values(data.columns[1], field.type, data.count)
  if not known then
    return nil, wrong
  end
  for i = 1, rows do
    if column.VALIDITY[i] == 1 then
      out[i] = known[math.tointeger(tonumber(column.DATA[i])) + 1]
    end
  end
  return out
end

local function expectation(text)
  local said = json.decode(text)
  local dictionaries, list, rows = {}, {}, 0
  for _, one in ipairs(said.dictionaries or {}) do
    dictionaries[one.id] = one.data
  end
  for _, batch in ipairs(said.batches) do
    rows = rows + batch.count
  end
  for k, field in ipairs(said.schema.fields) do
    local column = { name = field.name, values = {} }
    local at = 0
    if field.type.name ~= "null" and not readers[field.type.name] then
      column.unknown = field.type.name
    end
    for _, batch in ipairs(said.batches) do
      if not column.unknown and not column.wrong then
        local some, wrong = values(field, batch.columns[k], batch.count, dictionaries)
        column.wrong = wrong
        for i = 1, some and batch.count or 0 do
          column.values[at + i] = some[i]
        end
      end
      at = at + batch.count
    end
    list[k] = column
  end
  return { columns = list, rows = rows }
end

-- == the files ==========================================================================================

local function same(got, want)
  if type(want) == "table" then
    return got ~= nil and (got - epoch_time) == want.micros
  end
  return got == want or (got ~= got and want ~= want)
end

-- In the JSON form names of types are the classes of the format in lower case.
local function spoken(name)
  return ({ fixedsizebinary = "fixed_size_binary", largebinary = "large_binary", fixedsizelist = "fixed_size_list",
    largelist = "large_list", runendencoded = "run_end_encoded", binaryview = "binary_view", listview = "list_view",
    largelistview = "large_list_view" })[name] or name
end

local function compare(path, want)
  local good, refused = {}, nil
  for _, column in ipairs(want.columns) do
    if column.unknown then
      refused = refused or spoken(column.unknown)
    elseif not column.wrong then
      good[#good + 1] = column
    end
  end
  -- what cannot be is refused, by name
  local ok, found = pcall(muster.load, path)
  for _, column in ipairs(want.columns) do
    if not refused and column.wrong then
      lu.assertFalse(ok, path)
      lu.assertStrContains(tostring(found), "column '" .. column.name .. "'")
      lu.assertStrMatches(tostring(found), ".*" .. column.wrong .. ".*")
      break
    end
  end
  if refused then
    lu.assertFalse(ok, path)
    lu.assertStrContains(tostring(found), refused)
  end
  -- and the rest is read
  local asked = {}
  for _, column in ipairs(good) do
    asked[#asked + 1] = column.name
  end
  if #good == 0 then
    return 0
  end
  local t = muster.load(path, { columns = asked })
  lu.assertEquals(#t, want.rows, path)
  lu.assertEquals(#t:names(), #good, path)
  for k, column in ipairs(good) do
    local read = t:column(t:names()[k])
    for i = 1, #t do
      if not same(read[i], column.values[i]) then
        lu.fail(("%s: column %d '%s', row %d: got %s, expected %s"):format(path, k, column.name, i, read[i],
          column.values[i]))
      end
    end
  end
  return #good
end

local paths = {}
for path in command("ls -d '" .. folder .. "'/*/*.arrow_file '" .. folder .. "'/*/*.stream 2>/dev/null"):gmatch "[^\n]+" do
  paths[#paths + 1] = path
end

if #paths == 0 then
  function TestGolden_absent()
    lu.skip("no files in " .. folder)
  end
end

TestGolden = {}
local columns = 0
for _, path in ipairs(paths) do
  local name = path:match "([^/]*/[^/]*)$"
  TestGolden["test_" .. name] = function()
    if name:find "bigendian" then
      lu.assertErrorMsgContains("big-endian", muster.load, path)
      return
    end
    local text = command("gzip -dc '" .. path:gsub("%.%w+$", ""):gsub("%.arrow_file$", "") .. ".json.gz'")
    columns = columns + compare(path, expectation(text))
  end
end

if #paths > 0 then
  function TestGolden_zz_count()
    io.write(("# %d columns compared\n"):format(columns))
    lu.assertTrue(columns > 200)
  end
end

os.exit(lu.run())
