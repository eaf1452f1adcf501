using FsCheck;
using M531x.Lwm2m;
using NUnit.Framework;

namespace M531x.Emulator.Tests;

sealed class SeededRandomTests
{
    // First outputs of xoshiro256** seeded through SplitMix64, computed outside this code base.
    [TestCase(0ul, new[] { 0x99EC5F36CB75F2B4ul, 0xBF6E1F784956452Aul, 0x1A5F849D4933E6E0ul, 0x6AA594F1262D2D2Cul })]
    [TestCase(1ul, new[] { 0xB3F2AF6D0FC710C5ul, 0x853B559647364CEAul, 0x92F89756082A4514ul, 0x642E1C7BC266A3A7ul })]
    [TestCase(42ul, new[] { 0x15780B2E0C2EC716ul, 0x6104D9866D113A7Eul, 0xAE17533239E499A1ul, 0xECB8AD4703B360A1ul })]
    public void The_first_numbers_of_a_seed_never_change(ulong seed, ulong[] expected)
    {
        var random = new SeededRandom(seed);
        Assert.That(Draw(random, 4), Is.EqualTo(expected));
    }

    [TestCase(0ul, 0xBFA91A7E476F33ECul)]
    [TestCase(1ul, 0x647410052A84AC96ul)]
    [TestCase(42ul, 0xD3E9BE1CED7E1811ul)]
    public void The_first_number_of_a_named_fork_never_changes(ulong seed, ulong expected)
    {
        Assert.That(new SeededRandom(seed).Fork("coap").NextUInt64(), Is.EqualTo(expected));
    }

    [FsCheck.NUnit.Property]
    public void The_same_seed_gives_the_same_stream(ulong seed)
    {
        var first = new SeededRandom(seed);
        Assert.That(first.Seed, Is.EqualTo(seed));
        Assert.That(Draw(first, 20), Is.EqualTo(Draw(new SeededRandom(seed), 20)));
    }

    [FsCheck.NUnit.Property]
    public void A_fork_does_not_depend_on_what_was_drawn_before(ulong seed, byte draws)
    {
        var random = new SeededRandom(seed);
        Draw(random, draws);
        Assert.That(Draw(random.Fork("coap"), 5), Is.EqualTo(Draw(new SeededRandom(seed).Fork("coap"), 5)));
    }

    [Test]
    public void Forking_does_not_move_the_parents_stream()
    {
        var random = new SeededRandom(7);
        var fork = random.Fork("coap");
        Draw(fork, 10);
        Assert.That(Draw(random, 5), Is.EqualTo(Draw(new SeededRandom(7), 5)));
    }

    [Test]
    public void Forks_of_other_names_and_the_parent_draw_other_numbers()
    {
        var random = new SeededRandom(7);
        ulong[] firsts =
        [
            random.Fork("").NextUInt64(),
            random.Fork("coap").NextUInt64(),
            random.Fork("Coap").NextUInt64(),
            random.Fork("dtls").NextUInt64(),
            random.Fork("coap").Fork("dtls").NextUInt64(),
            random.NextUInt64(),
        ];
        Assert.That(firsts, Is.Unique);
    }

    [FsCheck.NUnit.Property]
    public void Next_stays_below_its_limit(ulong seed, PositiveInt limit)
    {
        var random = new SeededRandom(seed);
        for (var i = 0; i < 20; i++)
            Assert.That(random.Next(limit.Get), Is.InRange(0, limit.Get - 1));
    }

    [Test]
    public void Next_reaches_every_number_of_a_small_range()
    {
        var random = new SeededRandom(3);
        var seen = Enumerable.Range(0, 200).Select(_ => random.Next(6)).Distinct().Order();
        Assert.That(seen, Is.EqualTo(new[] { 0, 1, 2, 3, 4, 5 }));
    }

    [TestCase(0)]
    [TestCase(-1)]
    public void Next_refuses_a_limit_below_one(int limit)
    {
        var random = new SeededRandom(3);
        Assert.That(() => random.Next(limit), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [FsCheck.NUnit.Property]
    public void A_fraction_is_at_least_zero_and_below_one(ulong seed)
    {
        var random = new SeededRandom(seed);
        for (var i = 0; i < 20; i++)
            Assert.That(random.NextDouble(), Is.GreaterThanOrEqualTo(0.0).And.LessThan(1.0));
    }

    [Test]
    public void Sixteen_bits_are_the_upper_ones()
    {
        Assert.That(new SeededRandom(1).NextUInt16(), Is.EqualTo(0xB3F2));
    }

    [Test]
    public void Filling_takes_words_little_endian_and_cuts_the_last()
    {
        var bytes = new byte[11];
        new SeededRandom(1).Fill(bytes);
        Assert.That(Convert.ToHexString(bytes), Is.EqualTo("C510C70F6DAFF2B3EA4C36"));
    }

    static ulong[] Draw(SeededRandom random, int count)
    {
        var drawn = new ulong[count];
        for (var i = 0; i < count; i++)
            drawn[i] = random.NextUInt64();
        return drawn;
    }
}
