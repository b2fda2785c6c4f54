-- muster doctor: what is installed and found, and what is missing.
local core = require "muster.core"

local doctor = {}

doctor.usage = [[
usage: muster doctor [options]

Show the versions of the program and of what it uses, which data sets it finds, and what is
missing.

options:
  -h, --help   this text

Exit status: 0, or 1 when something is missing that plots or the demonstration need.
]]

local function quoted(path)
  return "'" .. path:gsub("'", "'\\''") .. "'"
end

-- The first line that a program prints, and whether it ended well.
local function ask(program, arguments)
  local pipe = io.popen(quoted(program) .. " " .. arguments .. " 2>/dev/null </dev/null")
  if not pipe then
    return nil, false
  end
  local line = pipe:read "l"
  pipe:read "a"
  return line, pipe:close() == true
end

local function find_program(name)
  for folder in (os.getenv "PATH" or ""):gmatch "[^:]+" do
    local path = folder .. "/" .. name
    if folder:sub(1, 1) == "/" and core.path_kind(path) == "file" then
      return path
    end
  end
end

-- The four terminals of gnuplot that plots are drawn with, and what each is for.
local terminals = { { "svg", "svg" }, { "pngcairo", "png" }, { "pdfcairo", "pdf" }, { "dumb", "txt" } }

local function check_gnuplot()
  local path = find_program "gnuplot"
  if not path then
    return "not found: no plots (Debian: apt install gnuplot-nox)", false
  end
  local version = ask(path, "--version") or "does not start"
  local has, misses = {}, {}
  for _, terminal in ipairs(terminals) do
    local _, ok = ask(path, "-d -e " .. quoted("set terminal " .. terminal[1]))
    table.insert(ok and has or misses, ok and terminal[1] or ("%s (no %s files)"):format(terminal[1], terminal[2]))
  end
  local text = ("%s at %s; terminals: %s"):format(version:gsub("^gnuplot ", ""), path, table.concat(has, ", "))
  if #misses > 0 then
    text = text .. "; missing: " .. table.concat(misses, ", ")
  end
  return text, #misses == 0
end

local function check_font()
  for _, folder in ipairs { "/usr/share/fonts/truetype/dejavu", "/usr/share/fonts/TTF", "/usr/share/fonts/dejavu",
    "/usr/share/fonts/dejavu-sans-fonts", "/usr/local/share/fonts" } do
    if core.path_kind(folder .. "/DejaVuSans.ttf") then
      return "DejaVu Sans in " .. folder, true
    end
  end
  local match = find_program "fc-match"
  local found = match and ask(match, "'DejaVu Sans'")
  if found and found:find "DejaVu Sans" then
    return found, true
  end
  return "DejaVu Sans not found: text in png and pdf may be missing (Debian: apt install fonts-dejavu-core)", false
end

-- Lua 5.4.4 compiles an index made of a comparison wrongly when the table is an upvalue. Tried, not looked up:
-- a distribution may have mended its 5.4.4.
local function indexes_by_comparison()
  local t = { [true] = "right" }
  local function at(n)
    return t[(n > 0)]
  end
  local ok, found = pcall(at, 1)
  return ok and found == "right"
end

local function check_lua(version)
  if indexes_by_comparison() then
    return version, true
  end
  return version .. "; t[(n > 0)] gives a wrong value when t is a local of an outer function: put the comparison "
    .. "in a local of its own first", true
end

-- Every data set with the folder it is read from; the one of the demonstration has to be there.
local function check_datasets()
  local found, has_dprk, folders = {}, false, { "datasets" }
  table.move(core.share_folders(), 1, #core.share_folders(), 2, folders)
  local seen = {}
  for _, folder in ipairs(folders) do
    local names = core.folder(folder) or {}
    table.sort(names)
    for _, name in ipairs(names) do
      if not seen[name] and core.path_kind(folder .. "/" .. name) == "folder" then
        seen[name] = true
        found[#found + 1] = ("%s in %s/%s"):format(name, folder, name)
        has_dprk = has_dprk or name == "dprk"
      end
    end
  end
  if not has_dprk then
    found[#found + 1] = "dprk not found in ./datasets or where muster is installed"
  end
  return table.concat(found, "; "), has_dprk
end

function doctor.run()
  local versions = core.versions()
  local fine = true
  local function line(name, text, ok)
    fine = fine and ok ~= false
    io.write(("%-10s %s\n"):format(name, text))
  end
  line("muster", core.version .. ", " .. "compiled by " .. versions.compiler)
  line("Lua", check_lua(versions.lua))
  line("libcsv", versions.libcsv)
  line("GSL", versions.gsl)
  line("zlib", versions.zlib)
  line("zstd", versions.zstd)
  line("lz4", versions.lz4)
  line("xxhash", versions.xxhash)
  line("readline", versions.readline)
  line("scanner", core.scanner())
  line("gnuplot", check_gnuplot())
  line("font", check_font())
  line("data sets", check_datasets())
  line("sandbox", "none: scripts run with your rights")
  if not fine then
    io.write "\nsomething is missing that plots or the demonstration need\n"
  end
  return fine and 0 or 1
end

return doctor
