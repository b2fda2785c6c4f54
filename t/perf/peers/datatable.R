# datatable.R FILE all|five [sum] - the typed load of make bench-load by data.table; `datatable.R version` (R keeps --version)
suppressMessages(library(data.table))
args <- commandArgs(TRUE)
if (args[1] == "version") {
  cat("data.table", format(packageVersion("data.table")), "on R", format(getRversion()), "\n")
  quit()
}
setDTthreads(as.integer(Sys.getenv("BENCH_THREADS", "2")))
types <- c(event_id = "integer", date = "IDate", source = "character", region = "character", unit = "character",
           measure = "character", low = "integer", best = "integer", high = "integer", lat = "double", lon = "double",
           credibility = "integer", note = "character")
t <- if (args[2] == "five") {
  fread(args[1], sep = ",", select = types[c("date", "source", "measure", "best", "credibility")], showProgress = FALSE)
} else {
  fread(args[1], sep = ",", colClasses = types, showProgress = FALSE)
}
stopifnot(inherits(t$date, "IDate"))
cat(nrow(t), if (length(args) > 2) format(sum(as.numeric(t$best)), scientific = FALSE), "\n")
