// Validates PDFs with veraPDF: one start for any number of files.
//
// Run by Rhino, which comes in the same jar, so that a Java runtime is enough and no compiler is
// needed. Reads the path of a file from each line of standard input, as a JSON string; writes a line
// of JSON for each, with the rules that the file breaks or the reason why it could not be read.
"use strict";

var verapdf = Packages.org.verapdf;
var FAILED = verapdf.pdfa.results.TestAssertion.Status.FAILED;
var PROFILES = {
  "PDF/A-2a": verapdf.pdfa.flavours.PDFAFlavour.PDFA_2_A,
  "PDF/UA-1": verapdf.pdfa.flavours.PDFAFlavour.PDFUA_1,
};

verapdf.gf.foundry.VeraGreenfieldFoundryProvider.initialise();
var foundry = verapdf.pdfa.Foundries.defaultInstance();

function brokenRules(profile, result) {
  var rules = {};
  var assertions = result.getTestAssertions();
  for (var i = 0; i < assertions.size(); i++) {
    var assertion = assertions.get(i);
    if (assertion.getStatus() !== FAILED) continue;
    var id = assertion.getRuleId();
    var rule = id.getClause() + "-" + id.getTestNumber();
    if (!(rule in rules)) {
      rules[rule] = {
        profile: profile,
        rule: rule,
        description: String(assertion.getMessage()),
        message: String(assertion.getErrorMessage()),
        where: String(assertion.getLocation().getContext()),
        times: Number(result.getFailedChecks().get(id)),
      };
    }
  }
  var broken = Object.keys(rules).map(function (rule) { return rules[rule]; });
  if (!result.isCompliant() && broken.length === 0) throw new Error("not compliant, without a rule");
  return broken;
}

function validate(path) {
  var broken = [];
  Object.keys(PROFILES).forEach(function (profile) {
    var parser = foundry.createParser(new java.io.File(path), PROFILES[profile]);
    try {
      var validator = foundry.createValidator(PROFILES[profile], false);
      broken = broken.concat(brokenRules(profile, validator.validate(parser)));
    } finally {
      parser.close();
    }
  });
  return broken;
}

function answerTo(path) {
  try {
    return { file: path, broken: validate(path) };
  } catch (error) {
    return { file: path, unreadable: String(error.javaException || error) };
  }
}

var input = new java.io.BufferedReader(new java.io.InputStreamReader(java.lang.System["in"], "UTF-8"));
var output = new java.io.PrintStream(java.lang.System.out, true, "UTF-8");
for (var line = input.readLine(); line !== null; line = input.readLine()) {
  output.println(JSON.stringify(answerTo(JSON.parse(line))));
}
