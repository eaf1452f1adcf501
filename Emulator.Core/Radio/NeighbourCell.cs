namespace M531x.Emulator.Core.Radio;

/// <summary>A cell on the serving cell's carrier that is heard besides it.</summary>
/// <param name="PhysicalCell">0 to 503.</param>
/// <param name="SignalPower">Reference signal power in dBm.</param>
/// <param name="Quality">Reference signal quality in dB.</param>
readonly record struct NeighbourCell(int PhysicalCell, int SignalPower, int Quality);
