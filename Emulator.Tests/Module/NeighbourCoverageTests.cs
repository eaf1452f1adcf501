using M531x.Emulator.At;
using M531x.Emulator.Profiles;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Module;

public sealed class NeighbourCoverageTests
{
    static readonly string[] Restarts = ["+NRB", "+CMRB", "+CMREBOOT", "+TRB"];

    static IEnumerable<TestCaseData> Forms()
    {
        foreach (var profile in (ModuleProfile[])[ModuleProfile.M5310A, NeighbourProfiles.M5311, NeighbourProfiles.M5313])
        {
            foreach (var row in CommandTable.Rows.Where(r => !r.IsMipl && !Restarts.Contains(r.Name) && CommandTable.Find(r.Name, profile) is not null))
            {
                foreach (var (form, ending) in new[] { (AtForms.Execute, ""), (AtForms.Read, "?"), (AtForms.Test, "=?") })
                    yield return new TestCaseData(profile.Name, $"AT{row.Name}{ending}", (row.Forms & form) != 0);
            }
        }
    }

    [TestCaseSource(nameof(Forms))]
    public void A_form_answers_when_its_row_has_it(string profileName, string command, bool exists)
    {
        var mcu = NeighbourProfiles.Start(profileName switch
        {
            "m5311" => NeighbourProfiles.M5311,
            "m5313" => NeighbourProfiles.M5313,
            _ => ModuleProfile.M5310A,
        });
        mcu.Take();
        var lines = mcu.Command(command);
        Assert.That(lines[^1], Is.EqualTo(exists ? "OK" : "ERROR"));
        var name = command[2..].TrimEnd('?', '=');
        if (profileName == "m5311")
            Assert.That(lines.Where(l => l.StartsWith(name + ":", StringComparison.Ordinal)), Has.All.StartsWith(name + ": "));
    }
}
