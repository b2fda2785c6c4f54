-- Encodings and compression as scripts and the command line ask for them. The bytes are written out: what they mean is
-- from the tables of Unicode, not from the program.
local lu = require "lu"

local work, muster_path = os.getenv "WORK", os.getenv "MUSTER"

local function load(bytes, options)
  local path = lu.write(work .. "/f.csv", bytes)
  local ok, t = pcall(muster.load, path, options)
  if not ok then
    error((tostring(t):gsub(path:gsub("%p", "%%%0"), "FILE")), 0)
  end
  return t
end

-- Code points as UTF-16 in either order.
local function utf16(text, big)
  return (text:gsub(utf8.charpattern, function(c)
    local code = utf8.codepoint(c)
    local format = big and ">I2" or "<I2"
    if code < 0x10000 then
      return string.pack(format, code)
    end
    code = code - 0x10000
    return string.pack(format, 0xd800 + (code >> 10)) .. string.pack(format, 0xdc00 + (code & 0x3ff))
  end))
end

local korean = "날짜,수\r\n2025-01-13,300\r\n\"똠\r\n방\",1\r\n"

local function is_korean(t)
  lu.assertEquals(t:names(), { "날짜", "수" })
  lu.assertEquals(#t, 2)
  lu.assertEquals(t[1]["수"], 300)
  lu.assertEquals(t[2]["날짜"], "똠\r\n방")
  local ledger = t:ledger()
  lu.assertEquals(ledger.bytes, ledger.bytes_rows + ledger.bytes_terminators + ledger.bytes_skipped)
  return ledger.bytes
end

function TestEncoding_utf16()
  for _, big in ipairs { false, true } do
    local name = big and "utf-16be" or "utf-16le"
    local bytes = utf16(korean, big)
    lu.assertEquals(is_korean(load(utf16("\u{feff}" .. korean, big))), #korean + 3)
    lu.assertEquals(is_korean(load(bytes, { encoding = name })), #korean)
    lu.assertEquals(is_korean(load(bytes, { encoding = "utf-16" })), #korean)
    is_korean(load(utf16("\u{feff}" .. korean, big), { encoding = "UTF16" }))
    lu.assertEquals(load(utf16("\u{feff}a\n\u{1f600}\n", big))[1].a, "\u{1f600}")
    lu.fails("looks like UTF-16 text without a byte order mark, which is read when the encoding is named " .. name, load,
      utf16("id,v\n1,2\n", big))
  end
end

function TestEncoding_of_one_byte()
  for name, bytes in pairs {
    latin1 = "\xfcbrig", cp1252 = "\xfcbrig",
  } do
    lu.assertEquals(load("s\n" .. bytes .. "\n", { encoding = name })[1].s, "übrig")
  end
  lu.assertEquals(load("s\n\x93so\x94 \x80\n", { encoding = "cp1252" })[1].s, "“so” €")
  lu.assertEquals(load("s\n\xca\xf3\xf0\xf1\xea\n", { encoding = "cp1251" })[1].s, "Курск")
  lu.assertEquals(load("s\n\xeb\xd5\xd2\xd3\xcb\n", { encoding = "koi8-r" })[1].s, "Курск")
  lu.assertEquals(load("s\n\xeb\xd5\xd2\xd3\xcb \xa4\xa6\xa7\xad\n", { encoding = "koi8-u" })[1].s, "Курск єіїґ")
end

function TestEncoding_korean()
  local euc = "\xb3\xaf\xc2\xa5,\xbc\xf6\r\n2025-01-13,300\r\n\"\x8c\x63\r\n\xb9\xe6\",1\r\n"
  is_korean(load(euc, { encoding = "cp949" }))
  is_korean(load(euc, { encoding = "windows-949" }))
  lu.fails("FILE:3:2: error: the bytes 0x8c 0x63 are not euc-kr", load, euc, { encoding = "euc-kr" })
  lu.assertEquals(load("s\n\xac\xac\xac\xe5\xac\xe2\xac\xe3\xac\xdc \xb3\xaf\n", { encoding = "euc-kr" })[1].s, "Курск 날")
  lu.assertEquals(load("s\n\xac\xac\xac\xe5\xac\xe2\xac\xe3\xac\xdc \xb3\xaf\n", { encoding = "cp949" })[1].s, "Курск 날")
end

-- Whatever `rejects` says: behind such bytes nothing can be trusted.
function TestEncoding_bad_bytes()
  for _, rejects in ipairs { false, true } do
    local options = { encoding = "cp1251", rejects = rejects }
    lu.fails("FILE:3:3: error: the byte 0x98 is not cp1251", load, "a,b\r\n1,2\r\n3,\x98\r\n", options)
    options.encoding = "cp949"
    lu.fails("FILE:2:4: error: the text ends within a character of cp949, behind the byte 0xb3", load, "a\n\xb3\xaf\xb3", options)
    options.encoding = "utf-16be"
    lu.fails("FILE:2:2: error: the bytes 0xd8 0x00 are not utf-16be", load, "\0a\0\r\0\n\0b\xd8\0\0c", options)
  end
  -- without a name it is the loader that finds a byte, in its row
  local t = load("a,b\n1,\xff\n2,x\n", { rejects = true })
  lu.assertEquals(t:rejects()[1].reason, "the byte 0xff is not UTF-8")
end

function TestEncoding_names()
  for _, name in ipairs { "utf8", "UTF_8", "utf-8" } do
    lu.assertEquals(#load("a\n1\n", { encoding = name }), 1)
  end
  lu.fails("unknown encoding 'cp1215'; did you mean 'cp1251'?", load, "a\n", { encoding = "cp1215" })
  lu.fails("unknown encoding 'ebcdic'; there are utf-8, utf-16, utf-16le, utf-16be, latin1, cp1252, cp1251, koi8-u, koi8-r, euc-kr, cp949",
    load, "a\n", { encoding = "ebcdic" })
  lu.fails("option 'encoding': expected string, found number 8", load, "a\n", { encoding = 8 })
  lu.fails("begins with the byte order mark of utf-8, so it is not latin1", load, "\xef\xbb\xbfa\n", { encoding = "latin1" })
end

-- gzip and zstd of "a,b\n1,2\n"
local gz = "\x1f\x8b\x08\0\0\0\0\0\0\x03\x4b\xd4\x49\xe2\x32\xd4\x31\xe2\x02\0\x7b\x07\x97\x0a\x08\0\0\0"
local zst = "\x28\xb5\x2f\xfd\x04\x58\x41\0\0a,b\n1,2\n\x35\xe7\xca\xce"

function TestCompressed_by_content()
  for _, bytes in ipairs { gz, zst } do
    local t = load(bytes)
    lu.assertEquals(t:names(), { "a", "b" })
    lu.assertEquals(t[1].b, 2)
    lu.assertEquals(t:ledger().bytes, 8)
    lu.assertEquals(#load(bytes .. bytes), 3)
    lu.fails("ends early", load, bytes:sub(1, -2))
    lu.fails("FILE:3:1: error: behind the", load, bytes .. "x")
  end
end

-- As a table: another value is never read without an error.
function TestCompressed_every_byte_changed()
  for _, bytes in ipairs { gz, zst } do
    local read = 0
    for i = 1, #bytes do
      for _, bit in ipairs { 1, 0x10, 0x80, 0xff } do
        local ok, t = pcall(load, bytes:sub(1, i - 1) .. string.char(bytes:byte(i) ~ bit) .. bytes:sub(i + 1))
        if ok then
          read = read + 1
          lu.assertEquals({ #t, t[1].a, t[1].b }, { 1, 1, 2 }, ("byte %d ~ %x"):format(i, bit))
        else
          lu.assertTrue(t:find "FILE:%d+:%d+: error: .+" ~= nil, t)
        end
      end
    end
    lu.assertTrue(read < #bytes * 2)
  end
end

function TestCompressed_ratio()
  lu.fails("option 'max_ratio': expected a number above 0, found -1", load, gz, { max_ratio = -1 })
  lu.fails("option 'max_ratio': expected number, found string 'x'", load, gz, { max_ratio = "x" })
  lu.assertEquals(#load(gz, { max_ratio = 0.5 }), 1)       -- a small file is no bomb
end

function TestCompressed_kinds_take_the_options()
  local source = "source_id,name,kind,country,reliability\na,\xc0,media,FR,B\n"
  local path = lu.write(work .. "/sources.csv", source)
  lu.assertEquals(muster.sources(path, { encoding = "cp1251", max_ratio = 10 })[1].name, "А")
  lu.assertEquals(muster.load(path, { schema = "sources", encoding = "latin1" })[1].name, "À")
  lu.fails("0xc0 is not UTF-8", muster.sources, path)
end

-- == the command line ==

local function run(arguments)
  local p <close> = assert(io.popen(("cd '%s' && '%s' %s 2>&1; echo $?"):format(work, muster_path, arguments)))
  local text = p:read "a"
  return text:match "^(.-)(%d+)\n$"
end

function TestCommand_encoding()
  lu.write(work .. "/c.csv", "s\n\xca\xf3\xf0\xf1\xea\n")
  lu.assertEquals({ run "convert --encoding windows-1251 --to jsonl c.csv -" }, { '{"s":"Курск"}\n', "0" })
  lu.assertEquals({ run "convert --strings --encoding=cp1251 --to jsonl c.csv -" }, { '["s"]\n["Курск"]\n', "0" })
  lu.assertStrContains(run "describe --encoding cp1251 c.csv", "Курск")
  lu.assertStrContains(run "check --encoding CP1251 c.csv", "c.csv: 1 row, 0 rejected")
  for _, command in ipairs { "check", "describe", "convert --to csv" } do
    local text, status = run(command .. " --encoding koi8u8 c.csv" .. (command:find "to" and " -" or ""))
    lu.assertEquals({ text, status }, { ("muster %s: --encoding: unknown encoding 'koi8u8'; did you mean 'koi8-u'?\n"
      .. "try 'muster help %s'\n"):format(command:match "%a+", command:match "%a+"), "2" })
  end
end

os.exit(lu.run())
