namespace M531x.Emulator.Core.Mipl;

/// <summary>One field of an encoded configuration: where it is, how many bytes it takes with its length word, and what it says.</summary>
readonly record struct MiplConfigField(int Offset, int Length, string Name, string Value);
