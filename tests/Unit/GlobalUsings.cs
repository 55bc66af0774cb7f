global using Strikeline.Kernel;
global using Xunit;
