using M531x.Emulator.Lines;
using NUnit.Framework;

namespace M531x.Emulator.Tests.Lines;

[Platform(Exclude = "Win", Reason = "Windows has no pseudo-terminals")]
sealed class PtyLinkTests
{
    string _folder = null!;
    string _path = null!;

    [SetUp]
    public void SetUp()
    {
        _folder = Directory.CreateTempSubdirectory("m531x-link-").FullName;
        _path = Path.Combine(_folder, "m531x");
    }

    [TearDown]
    public void TearDown() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task The_link_leads_to_the_slave_and_goes_with_it()
    {
        await using (var endpoint = EndpointFactory.Open($"pty:{_path}"))
        {
            var sink = new RecordingSink { Echo = endpoint };
            endpoint.Start(sink);
            Assert.That(endpoint.Address, Is.EqualTo(_path));
            Assert.That(endpoint.Description, Is.EqualTo($"pty {Target()} ({_path})"));
            using var client = Clients.OpenFile(_path);
            await client.WriteAll("AT\r"u8.ToArray());
            Assert.That(await client.ReadExactly(3), Is.EqualTo("AT\r"u8.ToArray()));
        }
        Assert.That(Directory.EnumerateFileSystemEntries(_folder), Is.Empty);
    }

    [Test]
    public async Task The_link_goes_with_an_endpoint_that_was_never_started()
    {
        await EndpointFactory.Open($"pty:{_path}").DisposeAsync();
        Assert.That(Directory.EnumerateFileSystemEntries(_folder), Is.Empty);
    }

    [Test]
    public async Task A_link_that_points_elsewhere_by_now_is_left_alone()
    {
        var endpoint = EndpointFactory.Open($"pty:{_path}");
        File.Delete(_path);
        File.CreateSymbolicLink(_path, "/dev/null");
        await endpoint.DisposeAsync();
        Assert.That(Target(), Is.EqualTo("/dev/null"));
    }

    [Test]
    public void A_file_is_not_replaced()
    {
        File.WriteAllText(_path, "precious");
        AssertRefused(EndpointProblem.NotALink, "exists and is not a link");
        Assert.That(File.ReadAllText(_path), Is.EqualTo("precious"));
    }

    [Test]
    public void A_folder_is_not_replaced()
    {
        Directory.CreateDirectory(_path);
        AssertRefused(EndpointProblem.NotALink, "exists and is not a link");
    }

    [Test]
    public void A_link_to_a_file_is_not_replaced()
    {
        var file = Path.Combine(_folder, "precious");
        File.WriteAllText(file, "");
        File.CreateSymbolicLink(_path, file);
        AssertRefused(EndpointProblem.NotALink, $"links to {file}, which is no pseudo-terminal");
        Assert.That(Target(), Is.EqualTo(file));
    }

    [Test]
    public async Task A_dangling_link_is_replaced()
    {
        File.CreateSymbolicLink(_path, "/dev/pts/99999");
        await using var endpoint = EndpointFactory.Open($"pty:{_path}");
        Assert.That(File.Exists(Target()), Is.True);
        Assert.That(Directory.GetFileSystemEntries(_folder), Is.EqualTo([_path]));
    }

    [Test]
    public async Task A_link_in_use_is_busy_and_stays()
    {
        await using var first = EndpointFactory.Open($"pty:{_path}");
        var target = Target();
        AssertRefused(EndpointProblem.Busy, $"links to {target}, which is in use; stop the program that made it");
        Assert.That(Target(), Is.EqualTo(target));
    }

    [Test]
    public void A_missing_folder_is_named()
    {
        var missing = Path.Combine(_folder, "none");
        _path = Path.Combine(missing, "m531x");
        AssertRefused(EndpointProblem.BadSpec, $"there is no folder {missing}");
    }

    [Test]
    public async Task Of_many_that_want_a_dangling_link_at_once_one_gets_it()
    {
        for (var round = 0; round < 10; round++)
        {
            File.CreateSymbolicLink(_path, "/dev/pts/99999");
            using var ready = new Barrier(8);
            var tries = Enumerable.Range(0, 8).Select(_ => Task.Factory.StartNew(() => TryOpen(ready), TaskCreationOptions.LongRunning));
            var endpoints = (await Task.WhenAll(tries).WaitAsync(RecordingSink.Limit)).OfType<ISerialEndpoint>().ToArray();
            Assert.That(endpoints, Has.Length.EqualTo(1));
            Assert.That(endpoints[0].Description, Does.Contain(Target() + " "));
            await endpoints[0].DisposeAsync();
            Assert.That(Directory.EnumerateFileSystemEntries(_folder), Is.Empty);
        }
    }

    ISerialEndpoint? TryOpen(Barrier ready)
    {
        ready.SignalAndWait();
        try
        {
            return EndpointFactory.Open($"pty:{_path}");
        }
        catch (EndpointException e) when (e.Problem == EndpointProblem.Busy)
        {
            return null;
        }
    }

    string Target() => new FileInfo(_path).LinkTarget!;

    void AssertRefused(EndpointProblem problem, string reason)
    {
        var error = Assert.Throws<EndpointException>(() => EndpointFactory.Open($"pty:{_path}"));
        Assert.That(error.Problem, Is.EqualTo(problem));
        Assert.That(error.Message, Does.StartWith($"--line pty:{_path}: {reason}").And.Not.Contain("\n"));
    }
}
